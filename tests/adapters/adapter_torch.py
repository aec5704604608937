"""TRL, verl, and reward models: what needs torch."""

import subprocess

import pytest

from gyges.audit.policy import log_probabilities

ROWS = [{"prompt": "1 + 41?", "answer": "$42$"}, {"prompt": "1 + 1?", "answer": "$2$"}]


def test_the_accuracy_reward_of_trl(grader):
    graded = grader("trl.rewards:accuracy_reward", rows=ROWS)
    assert (graded.opened.protocol, graded.opened.columns) == ("trl", ("answer",))
    assert graded.scores(r"\boxed{42}", r"\boxed{41}", "42") == [1.0, 0.0, 0.0]
    assert graded.opened.file.endswith("accuracy_rewards.py")


def test_the_format_reward_of_trl(grader):
    graded = grader("trl.rewards:think_format_reward", rows=ROWS)
    assert graded.scores("<think>a</think>b", "b") == [1.0, 0.0]


def test_rewards_of_trl_that_are_made(grader):
    graded = grader("trl.rewards:get_cosine_scaled_reward", rows=ROWS, max_len=1000)
    right, wrong = graded.scores(r"\boxed{42}", r"\boxed{41}")
    assert right > 0.5 > -0.5 > wrong
    graded = grader("trl.rewards:get_soft_overlong_punishment", rows=ROWS, max_completion_len=10, soft_punish_cache=5)
    assert graded.scores("short", "word " * 20) == [0.0, -1.0]


def test_a_reward_of_trl_that_abstains(grader):
    assert grader("trl.rewards:accuracy_reward", rows=[{"prompt": "?", "answer": ""}]).fault("42").fault == "abstained"


def test_scores_of_verl(grader):
    row = {"prompt": "?", "data_source": "openai/gsm8k", "reward_model": {"ground_truth": "42"}}
    graded = grader("verl.utils.reward_score.gsm8k:compute_score", rows=[row])
    assert graded.opened.protocol == "verl"
    assert graded.scores("#### 42", "#### 41", "42") == [1.0, 0.0, 0.0]
    assert grader("verl.utils.reward_score.gsm8k:compute_score", rows=[row], method="flexible").scores("42") == [1.0]
    graded = grader("verl.utils.reward_score:default_compute_score", rows=[row])
    assert graded.scores("#### 42", "#### 41") == [1.0, 0.0]


MODEL = """
import sys, torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast
words = {"[PAD]": 0, "[UNK]": 1, **{chr(sign): sign - 30 for sign in range(33, 127)}}
inner = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
inner.pre_tokenizer = pre_tokenizers.Split("", "isolated")
tokenizer = PreTrainedTokenizerFast(tokenizer_object=inner, pad_token="[PAD]", unk_token="[UNK]", model_max_length=64)
if sys.argv[2] == "chat":
    tokenizer.chat_template = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }} {% endfor %}"
torch.manual_seed(0)
shape = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
model = BertForSequenceClassification(BertConfig(vocab_size=100, max_position_embeddings=64, num_labels=1, **shape))
model.save_pretrained(sys.argv[1])
tokenizer.save_pretrained(sys.argv[1])
"""


@pytest.mark.parametrize("kind", ["chat", "plain"])
def test_a_reward_model(grader, python, tmp_path, kind):
    folder = tmp_path / "model"
    subprocess.run([python, "-c", MODEL, str(folder), kind], check=True, capture_output=True)
    graded = grader(str(folder), rows=ROWS)
    assert graded.opened.protocol == "reward-model"
    assert any("no chat template" in note for note in graded.opened.notes) == (kind == "plain")
    first, second, again = graded.scores("42", "a much longer answer", "42")
    assert first == again != second
    assert graded.scores("42", task=1) != [first]
    assert len(graded.scores("x" * 5000)) == 1


POLICY = """
import sys, torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast
words = {"[UNK]": 0, "[END]": 1, **{chr(sign): sign - 30 for sign in range(32, 127)}}
inner = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
inner.pre_tokenizer = pre_tokenizers.Split("", "isolated")
tokenizer = PreTrainedTokenizerFast(tokenizer_object=inner, unk_token="[UNK]", eos_token="[END]", bos_token="[END]")
torch.manual_seed(0)
model = GPT2LMHeadModel(GPT2Config(vocab_size=100, n_positions=64, n_embd=16, n_layer=1, n_head=2))
model.save_pretrained(sys.argv[1])
tokenizer.save_pretrained(sys.argv[1])
"""


def test_a_policy_says_how_likely_a_completion_is(python, tmp_path):
    subprocess.run([python, "-c", POLICY, str(tmp_path)], check=True, timeout=300)
    pairs = [("2 + 2?", "4"), ("2 + 2?", "4, and so on"), ([{"role": "user", "content": "2 + 2?"}], "4")]
    short, long, chat = log_probabilities(tmp_path, pairs, python)
    assert 0 > short > long
    assert chat == pytest.approx(short)
