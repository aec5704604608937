"""TRL trains under Gyges rewards while RingCallback looks on. Runs inside the environment that has TRL."""

import copy
import json
import os
import subprocess
import sys
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest
import torch
from datasets import Dataset
from tokenizers import Tokenizer, pre_tokenizers
from tokenizers import models as token_models
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from trl import GRPOConfig, GRPOTrainer

from gyges import lm
from gyges.faults import Fault
from gyges.lm.policy import Sampling, think, write
from gyges.lm.prompts import prompt_ids
from gyges.rewards import HostReward, Reward
from gyges.store import Runs, Store, load

# A second thread costs a model of this size more than it brings.
torch.set_num_threads(1)
EXAMPLES = Path(__file__).parents[2] / "examples"
SIGNS = "0123456789+=.\nabc "
CONTEXT = 48
CHAT = "{% for m in messages %}{{ m['content'] }}{% endfor %}{% if add_generation_prompt %}={% endif %}"


@pytest.fixture(scope="module")
def tokenizer():
    """One token per sign."""
    words = {"[PAD]": 0, "[END]": 1, **{sign: number + 2 for number, sign in enumerate(SIGNS)}}
    inner = Tokenizer(token_models.WordLevel(words, unk_token="[PAD]"))
    inner.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    made = PreTrainedTokenizerFast(tokenizer_object=inner, pad_token="[PAD]", eos_token="[END]", unk_token="[PAD]")
    made.clean_up_tokenization_spaces = False
    made.chat_template = CHAT
    return made


@pytest.fixture
def model():
    """A language model that knows nothing, the same every time."""
    torch.manual_seed(0)
    shape = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    special = {"pad_token_id": 0, "eos_token_id": 1, "bos_token_id": None}
    config = LlamaConfig(vocab_size=len(SIGNS) + 2, max_position_embeddings=CONTEXT, **shape, **special)
    return LlamaForCausalLM(config)


def sums(count):
    return [{"prompt": f"{left}+1=", "answer": str(left + 1)} for left in range(count)]


class Zeros(HostReward):
    """Pays for every zero."""

    def score(self, samples):
        return [float(sample["completion"].count("0")) for sample in samples]


class Moved(Reward):
    """Reads the mind: pays the first feature, token by token."""

    def __call__(self, evidence, mind):
        return evidence.task + 0.0 * mind.log_probability + mind.features[..., 0]


def train(model, tokenizer, folder, reward, callbacks=(), *, steps=2, rows=None, resume=None, **config):
    settings = {
        "output_dir": str(folder), "max_steps": steps, "per_device_train_batch_size": 4, "num_generations": 2,
        "max_completion_length": 6, "learning_rate": 1e-2, "save_strategy": "no", "logging_steps": 1, "use_cpu": True,
        "bf16": False, "report_to": "none", "disable_tqdm": True, "seed": 0,
    }  # fmt: skip
    trainer = GRPOTrainer(
        model=model,
        processing_class=tokenizer,
        reward_funcs=reward,
        train_dataset=Dataset.from_list(rows or sums(8)),
        callbacks=list(callbacks),
        args=GRPOConfig(**settings | config),
    )
    trainer.train(resume_from_checkpoint=resume)
    return trainer


def ring(folder, proxy=None, truth=None, **options):
    given = {"every": 1, "out": folder / "runs", "layer": 1}
    return lm.RingCallback(
        sums(8), proxy or lm.reward(Zeros()), truth or (lambda sample: float("0" not in sample["completion"])),
        **given | options,
    )  # fmt: skip


def test_a_training_is_measured_and_written_as_a_run(model, tokenizer, tmp_path):
    callback = ring(
        tmp_path,
        watched=lambda row: "a" + row["prompt"],
        unwatched=lambda row: "b" + row["prompt"],
        violation=lambda sample: "0" in sample["completion"],
    )
    trainer = train(model, tokenizer, tmp_path / "work", lm.reward(Zeros()), [callback])
    assert any("rewards/zeros/mean" in entry for entry in trainer.state.log_history)
    table = load(out=tmp_path / "runs")
    assert sorted(table["update"].unique()) == [0, 1, 2]
    measured = {(row.condition, row.metric) for row in table.itertuples()}
    wanted = {("training", metric) for metric in ("accuracy", "proxy", "gold", "kl", "length")}
    wanted |= {("watched", "violation"), ("unwatched", "violation"), ("", "ring_gap")}
    assert wanted <= measured <= wanted | {("", "probe_auc"), ("", "probe_mean")}
    divergence = table[table["metric"] == "kl"].sort_values("update")["value"].to_numpy()
    assert divergence[0] == pytest.approx(0, abs=1e-5)
    assert abs(divergence[-1]) > 1e-3
    rates = table[table["metric"] == "violation"].pivot_table(index="update", columns="condition", values="value")
    gaps = table[table["metric"] == "ring_gap"].set_index("update")["value"]
    assert np.allclose(rates["unwatched"] - rates["watched"], gaps.sort_index())
    manifest = Runs(tmp_path / "runs").read()
    assert manifest.status == "done"
    assert callback.page.read_text(encoding="utf-8").count("zeros") > 0
    (sample, *_) = Store(tmp_path / "runs").episodes(manifest.cells[0].key)
    assert len(sample["tokens"]) >= 1
    assert set(sample) == {
        "kind", "reward", "seed", "condition", "update", "prompt", "tokens", "scores", "score_name", "proxy", "gold",
        "right",
    }  # fmt: skip


def test_looking_changes_nothing_in_the_training(model, tokenizer, tmp_path):
    twin = copy.deepcopy(model)
    train(model, tokenizer, tmp_path / "seen", lm.reward(Zeros()), [ring(tmp_path)])
    train(twin, tokenizer, tmp_path / "unseen", lm.reward(Zeros()))
    assert all(torch.equal(one, other) for one, other in zip(model.parameters(), twin.parameters(), strict=True))


def test_a_resumed_training_goes_on_with_the_same_run(model, tokenizer, tmp_path):
    start = copy.deepcopy(model)
    work = tmp_path / "work"
    train(model, tokenizer, work, lm.reward(Zeros()), [ring(tmp_path)], save_strategy="steps", save_steps=2, steps=2)
    before = load(out=tmp_path / "runs")
    train(start, tokenizer, work, lm.reward(Zeros()), [ring(tmp_path)], steps=4, resume=str(work / "checkpoint-2"))
    assert len(Runs(tmp_path / "runs").names()) == 1
    after = load(out=tmp_path / "runs")
    assert sorted(after["update"].unique()) == [0, 1, 2, 3, 4]
    old = after[after["update"] <= 2].set_index(["condition", "metric", "update"])["value"].sort_index()
    assert old.equals(before.set_index(["condition", "metric", "update"])["value"].sort_index())
    # KL is still against the policy of the very start.
    assert after[(after["metric"] == "kl") & (after["update"] == 2)]["value"].abs().iloc[0] > 1e-3


def test_it_stops_when_proxy_and_truth_part(model, tokenizer, tmp_path):
    looks = []

    def proxy(completions, **columns):
        looks.append(len(completions))
        return [float(len(looks))] * len(completions)

    callback = ring(tmp_path, proxy, lambda sample: -float(len(looks)), stop=True)
    trainer = train(model, tokenizer, tmp_path / "work", lm.reward(Zeros()), [callback], steps=9)
    assert trainer.state.global_step == 1
    assert callback.divergence.since == 0
    assert Runs(tmp_path / "runs").read().verdicts[0]["verdict"] == "refuted"


def test_a_reward_that_reads_the_mind(model, tokenizer, tmp_path):
    moved = lm.reward(Moved(), task=0.0, model=lambda: model, tokenizer=tokenizer, layer=1)
    assert moved.kind == "non-behaviourist"
    ids = prompt_ids(tokenizer, "1+1=")
    (written,) = write(model, tokenizer, ["1+1="], Sampling(5), seed=3)
    (thought,) = think(model, [ids], [written], layer=1)
    text = tokenizer.decode(written, skip_special_tokens=True)
    paid = moved(prompts=["1+1="], completions=[text], completion_ids=[written])
    assert paid == pytest.approx([float(thought.features[:, 0].sum())], abs=1e-4)
    train(model, tokenizer, tmp_path, [moved, lm.reward(Zeros())])


def test_what_it_thought_does_not_depend_on_the_batch(model, tokenizer):
    prompts = [prompt_ids(tokenizer, text) for text in ("1+1=", "12+1=", "a")]
    completions = [[4, 5], [6, 7, 8, 9], [1]]
    together = think(model, prompts, completions, layer=2)
    for prompt, completion, thought in zip(prompts, completions, together, strict=True):
        (alone,) = think(model, [prompt], [completion], layer=2)
        assert np.allclose(alone.log_probability, thought.log_probability, atol=1e-5)
        assert np.allclose(alone.features, thought.features, atol=1e-5)
    logits = model.eval()(input_ids=torch.tensor([prompts[0] + completions[0]])).logits[0]
    wanted = logits.log_softmax(-1)[[3, 4], completions[0]]
    assert together[0].log_probability == pytest.approx(wanted.tolist(), abs=1e-5)


def test_conversations_are_trained_and_measured(model, tokenizer, tmp_path):
    rows = [{"prompt": [{"role": "user", "content": row["prompt"]}], "answer": row["answer"]} for row in sums(8)]
    callback = lm.RingCallback(rows, lm.reward(Zeros()), 1.0, every=9, out=tmp_path / "runs")
    train(model, tokenizer, tmp_path / "work", lm.reward(Zeros()), [callback], steps=1, rows=rows)
    assert callback.page.is_file()


def test_adapters_are_turned_off_for_the_policy_of_the_start(model, tokenizer, tmp_path):
    from peft import LoraConfig, get_peft_model

    adapted = get_peft_model(model, LoraConfig(r=2, target_modules="all-linear", task_type="CAUSAL_LM"))
    train(adapted, tokenizer, tmp_path / "work", lm.reward(Zeros()), [ring(tmp_path)], learning_rate=0.1)
    divergence = load(out=tmp_path / "runs").query("metric == 'kl'").sort_values("update")["value"].to_numpy()
    assert divergence[0] == pytest.approx(0, abs=1e-5)
    assert abs(divergence[-1]) > 1e-3


def test_a_reward_that_answers_badly_stops_the_training_with_its_name_and_the_sample(model, tokenizer, tmp_path):
    def careless(completions, **columns):
        return [float("nan")] * len(completions)

    with pytest.raises(Fault, match=r"`careless` scored sample 0 with nan \(prompt "):
        train(model, tokenizer, tmp_path, lm.reward(lm.reward(careless)))


def test_prompts_that_do_not_fit_are_refused_before_training(model, tokenizer, tmp_path):
    rows = [*sums(3), {"prompt": "1+" * 30 + "=", "answer": "0"}]
    with pytest.raises(
        Fault, match=r"1 prompts of the training set are longer than the 42 tokens .* row 3 \(61 tokens\)"
    ):
        train(model, tokenizer, tmp_path, lm.reward(Zeros()), [ring(tmp_path)], rows=rows)
    long = lm.RingCallback(rows, Zeros(), 0.0, out=tmp_path / "runs")
    with pytest.raises(Fault, match="the held-out set"):
        train(model, tokenizer, tmp_path, lm.reward(Zeros()), [long])


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"every": 0}, "every=0"),
        ({"watched": "prompt"}, "needs three things"),
        ({"watched": "prompt", "unwatched": "prompt"}, "needs three things"),
    ],
)
def test_a_callback_that_cannot_measure_is_refused(options, told, tmp_path):
    with pytest.raises(Fault, match=told):
        ring(tmp_path, **options)
    with pytest.raises(Fault, match="1 held-out prompts"):
        lm.RingCallback(sums(1), 0.0, 0.0)


def labelled(count=48):
    """Completions, of which those with a `b` are wrong."""
    dice = np.random.default_rng(0)
    texts = ["".join(dice.choice(list("ab"), 1)) + "c" * int(dice.integers(1, 4)) for _ in range(count)]
    return [{"prompt": "1+1=", "completion": text} for text in texts], [text[0] == "a" for text in texts]


def test_an_outcome_reward_model_learns_its_labels_and_pays_in_training(model, tokenizer, tmp_path):
    samples, labels = labelled()
    judge = lm.models.OutcomeRewardModel.on(model, tokenizer)
    losses = judge.fit(samples, labels, epochs=12, rate=1e-2)
    assert losses[-1] < 0.5 * losses[0]
    scores = np.array(judge.score(samples))
    assert scores[labels].min() > scores[~np.array(labels)].max()
    frozen = copy.deepcopy(judge.model.state_dict())
    train(model, tokenizer, tmp_path, lm.reward(judge))
    assert all(torch.equal(frozen[name], value) for name, value in judge.model.state_dict().items())


def test_a_refitted_model_learns_after_it_has_scored(model, tokenizer):
    samples, labels = labelled()
    judge = lm.models.OutcomeRewardModel.on(model, tokenizer)
    before = judge.score(samples)
    rows = [sample | {"right": label} for sample, label in zip(samples, labels, strict=True)]
    online = lm.models.Refitted(judge, "right", every=2, rate=1e-2, epochs=4)
    assert online.score(rows) == before
    assert online.score(rows) == before
    after = online.score(rows)
    assert after != before


def test_a_process_reward_model_multiplies_steps_and_ignores_what_follows_an_error(model, tokenizer):
    dice = np.random.default_rng(1)
    samples, labels = [], []
    for _ in range(48):
        right = (dice.random(3) < 0.6).tolist()
        samples.append({"prompt": "1+1=", "completion": "".join("a\n" if one else "b\n" for one in right)})
        labels.append(right)
    judge = lm.models.ProcessRewardModel.on(model, tokenizer)
    untouched = copy.deepcopy(judge.model)
    losses = judge.fit(samples, labels, epochs=15, rate=1e-2)
    assert losses[-1] < 0.5 * losses[0]
    for sample, readings, product in zip(samples, judge.steps(samples), judge.score(samples), strict=True):
        assert len(readings) == sample["completion"].count("\n")
        assert product == pytest.approx(np.prod(readings))
    whole = [product for product, own in zip(judge.score(samples), labels, strict=True) if all(own)]
    broken = [product for product, own in zip(judge.score(samples), labels, strict=True) if not all(own)]
    assert min(whole) > max(broken)
    # Labels after the first error change nothing.
    cut = lm.models.ProcessRewardModel(untouched, tokenizer)
    stopped = [own[: own.index(False) + 1] if False in own else own for own in labels]
    assert cut.fit(samples, stopped, epochs=15, rate=1e-2) == pytest.approx(losses)
    with pytest.raises(Fault, match="sample 0 has 3 steps and 1 labels"):
        judge.fit(samples[:1], [[True]])


def test_an_ensemble_is_paid_less_where_its_members_differ(model, tokenizer):
    samples, labels = labelled()
    members = []
    for seed in range(3):
        torch.manual_seed(seed)
        members.append(lm.models.OutcomeRewardModel.on(model, tokenizer))
        members[-1].fit(samples[seed::3], labels[seed::3], epochs=2, rate=1e-2, seed=seed)
    scores = np.array([member.score(samples) for member in members])
    bound = lm.models.Ensemble(tuple(members), pessimism=1.0).score(samples)
    assert np.allclose(lm.models.Ensemble(tuple(members)).score(samples), scores.mean(0), atol=1e-6)
    assert np.allclose(bound, scores.mean(0) - scores.std(0, ddof=1), atol=1e-6)
    with pytest.raises(Fault, match="at least two members"):
        lm.models.Ensemble((Zeros(),))


def test_smollm2_is_trained_offline_by_the_example(tmp_path):
    few = ["--steps=2", "--every=2", "--prompts=4", "--held-out=4", "--generations=2", "--batch=4", "--tokens=6"]
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "grpo_ring.py"), *few],
        cwd=tmp_path,
        # Two threads that wait for each other are slower than one where the machine has other things to do.
        env=os.environ | {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    table = load(out=tmp_path / "runs")
    assert set(table["agent"]) == {"GRPO on SmolLM2-135M-Instruct"}
    assert {("training", "gold"), ("training", "kl"), ("watched", "violation"), ("", "ring_gap")} <= {
        (row.condition, row.metric) for row in table.itertuples()
    }
    assert Path(done.stdout.rpartition("Page: ")[2].strip()).is_file()
    manifest = Runs(tmp_path / "runs").read()
    samples = Store(tmp_path / "runs").episodes(manifest.cells[0].key)
    assert all(len(sample["tokens"]) <= 6 for sample in samples)
    assert json.dumps(samples)
    assert jnp.isfinite(jnp.asarray(table.query("metric == 'kl'")["value"].to_numpy())).all()
