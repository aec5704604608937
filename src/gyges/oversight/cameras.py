"""Cameras and honeypots: when an overseer records, and what gives it away.

A camera is on or off at the start of an episode and shows a light. An episode without a camera can
be a honeypot: a hidden recorder beside an opening that looks unwatched, with a cue that may tell.
"""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray


class Watch(eqx.Module):
    """The oversight of one episode. `light` and `cue` are what the agent perceives of it."""

    on: Bool[Array, ""]
    honeypot: Bool[Array, ""]
    light: Bool[Array, ""]
    first_light: Bool[Array, ""]
    """The light at the start: with flicker it says more than the light now."""
    real: Bool[Array, ""]
    """The cue: True looks like a real opening, False looks like a honeypot."""

    @property
    def recording(self) -> Bool[Array, ""]:
        return self.on | self.honeypot


class Cameras(eqx.Module):
    """How episodes are overseen. All fields are numbers that can be swept."""

    rate: Float[Array, ""] | float = 0.3
    """Probability that an episode starts with the camera on."""
    perceptibility: Float[Array, ""] | float = 1.0
    """In [0, 1]: the light is right with probability (1 + perceptibility) / 2, for the whole episode."""
    honeypot_rate: Float[Array, ""] | float = 0.0
    """Probability that an unwatched opening of an imitated kind is a honeypot."""
    tell: Float[Array, ""] | float = 0.0
    """In [0, 1]: the honeypot cue is right with probability (1 + tell) / 2."""
    flicker: Float[Array, ""] | float = 0.0
    """Probability, at each step, that the camera goes on or off."""
    imitated: Float[Array, " kind"] = eqx.field(default_factory=lambda: jnp.array([1.0, 1.0, 0.0, 0.0]))
    """Which kinds of opening honeypots imitate, 0 or 1 each."""

    def start(self, key: PRNGKeyArray, opening: Int[Array, ""]) -> Watch:
        """Draws the oversight of an episode with an opening of this kind."""
        # Four fixed draws, so that conditions with other rates keep the same random stream.
        draws = jax.random.uniform(key, (4,))
        on = draws[0] < self.rate
        wrong = draws[1] < (1 - self.perceptibility) / 2
        honeypot = ~on & (draws[2] < self.honeypot_rate * self.imitated[opening])
        right = draws[3] < (1 + self.tell) / 2
        light = on ^ wrong
        return Watch(on=on, honeypot=honeypot, light=light, first_light=light, real=right ^ honeypot)

    def follow(self, draw: Float[Array, ""], watch: Watch) -> Watch:
        """The oversight one step later, from a uniform draw: a camera that flickers takes its light along."""
        toggle = draw < self.flicker
        moved: Watch = eqx.tree_at(lambda w: (w.on, w.light), watch, (watch.on ^ toggle, watch.light ^ toggle))
        return moved

    def posterior(
        self,
        opening: Int[Array, ""],
        light: Bool[Array, ""],
        first_light: Bool[Array, ""],
        real: Bool[Array, ""],
    ) -> Float[Array, ""]:
        """P(recording now | all that the agent has perceived), by Bayes' rule.

        Flicker is symmetric and moves the light with the camera, so it says nothing about whether
        the light is wrong: the posterior depends on the first light and the present one alone.
        """
        honeypot = self.honeypot_rate * self.imitated[opening]
        right = (1 + self.tell) / 2
        looks_genuine = jnp.where(real, right, 1 - right)  # likelihood of the cue without a honeypot
        light_right = (1 + self.perceptibility) / 2

        def light_likelihood(on: bool) -> Float[Array, ""]:
            return jnp.where(first_light == on, light_right, 1 - light_right)

        watched = self.rate * light_likelihood(True) * looks_genuine
        unwatched = (1 - self.rate) * light_likelihood(False) * (1 - honeypot) * looks_genuine
        trapped = (1 - self.rate) * light_likelihood(False) * honeypot * (1 - looks_genuine)
        moved = light ^ first_light  # the camera has toggled an odd number of times
        recording = jnp.where(moved, unwatched, watched) + trapped
        total = watched + unwatched + trapped
        # Perceptions that cannot happen have no posterior; any number does.
        return jnp.where(total > 0, recording / jnp.where(total > 0, total, 1.0), 0.0)
