"""An agent that learns where actions lead, imagines each before it acts, and is curious about the rest."""

from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from gyges.agents import Agent
from gyges.environments import Observation
from gyges.faults import Fault
from gyges.records import Evidence, Mind, Trajectory, Truth

SWEEPS = 8


class Curious(Agent):
    """A table of what each action is worth, and one of where it led."""

    name: ClassVar[str] = "curious"

    worth: Float[Array, "information action"]
    led: Float[Array, "information action information"]
    looks: Float[Array, "information feature"]
    """Sum of the features with which each information state was perceived."""
    times: Float[Array, " information"]
    curiosity: float = 2.0
    """Bonus for an action never tried; it shrinks with the root of the number of tries."""
    temperature: float = 0.05
    discount: float = 0.95
    rate: float = 0.5

    @classmethod
    def create(cls, key, environment, **parameters):
        states, actions = environment.informations, len(environment.actions)
        if not states:
            raise Fault(f"curious: environment `{environment.name}` has no information states for tables")
        width = jax.eval_shape(lambda k: environment.observe(environment.reset(k)), key).features.shape[-1]
        tables = (jnp.zeros((states, actions)), jnp.zeros((states, actions, states)))
        return cls(*tables, jnp.zeros((states, width)), jnp.zeros(states), **parameters)

    def liking(self, information):
        """What each action is worth, the curiosity about it included: `[..., action]`."""
        tries = self.led[information].sum(-1)
        return self.worth[information] + self.curiosity / jnp.sqrt(1 + tries)

    def imagine(self, information, action) -> Trajectory:
        """The next step, as far as it is known: a trajectory of one step for each thought."""
        following = self.led[information, action].argmax(-1)[None]
        looks = self.looks[following] / jnp.maximum(self.times[following], 1)[..., None]
        observation = Observation(looks, following)
        blank, no = jnp.zeros(following.shape), jnp.zeros(following.shape, bool)
        policy = jnp.zeros((*following.shape, self.worth.shape[1]))
        return Trajectory(
            evidence=Evidence(blank, blank, no, ~no, following * 0, None),
            mind=Mind(looks, blank, blank, policy, observation, action[None]),
            truth=Truth(blank, blank, no, no),  # a plan knows no truth
            alive=~no,
            terminated=no,
            thought=blank,
            bootstrap=self.worth[following[0]].max(-1),
            group=following[0] * 0,
            condition=following[0] * 0,
        )

    def think(self, observation, action, policy) -> Mind:
        """The thought of doing `action`."""
        seen = observation.information
        chosen = jnp.take_along_axis(policy, action[:, None], -1)[:, 0]
        plan = self.imagine(seen, action)
        return Mind(observation.features, self.liking(seen)[jnp.arange(len(seen)), action], chosen, policy,
                    observation, action, plan)  # fmt: skip

    def deliberate(self, memory, observation, key, worth):
        batch, actions = len(observation.information), self.worth.shape[1]
        every = jax.tree.map(lambda leaf: jnp.repeat(leaf, actions, 0), observation)
        each = jnp.tile(jnp.arange(actions), batch)
        thoughts = self.think(every, each, jnp.zeros((len(each), actions)))
        weighed = (thoughts.value + worth(thoughts)).reshape(batch, actions)
        policy = jax.nn.log_softmax(weighed / self.temperature)
        action = jax.random.categorical(key, policy)
        return action, memory, self.think(observation, action, policy)

    def act(self, memory, observation, key):
        return self.deliberate(memory, observation, key, lambda mind: jnp.zeros_like(mind.value))

    def minds(self, observation, resets) -> Mind:
        liking = self.liking(observation.information)
        policy = jax.nn.log_softmax(liking / self.temperature)
        blank = jnp.zeros(resets.shape)
        return Mind(observation.features, liking.max(-1), blank, policy, observation, blank.astype(int))

    def learn(self, trajectory, rewards, key, through=None) -> tuple[Any, dict[str, Array]]:
        here, action = trajectory.mind.observation.information, trajectory.mind.action
        alive = trajectory.alive.astype(float)
        onward = alive * ~trajectory.terminated
        onward = onward.at[-1].set(0.0)  # where the last step led is not in the batch
        following, then = jnp.roll(here, -1, axis=0), jnp.roll(action, -1, axis=0)
        # What was paid for a thought has been weighed when it was had.
        paid = rewards - trajectory.thought
        tries = jnp.zeros_like(self.worth).at[here, action].add(alive)

        def sweep(_, worth):
            # By what was done next, not by the best that could be: a thought may forbid the best.
            error = paid + self.discount * onward * worth[following, then] - worth[here, action]
            change = jnp.zeros_like(worth).at[here, action].add(alive * error)
            return worth + self.rate * change / jnp.maximum(tries, 1)

        worth = jax.lax.fori_loop(0, SWEEPS, sweep, self.worth)
        led = self.led.at[here, action, following].add(onward)
        looks = self.looks.at[here].add(alive[..., None] * trajectory.mind.observation.features)
        times = self.times.at[here].add(alive)
        learned = eqx.tree_at(lambda a: (a.worth, a.led, a.looks, a.times), self, (worth, led, looks, times))
        return learned, {"known_actions": (led.sum(-1) > 0).mean()}
