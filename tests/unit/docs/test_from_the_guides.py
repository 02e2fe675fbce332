"""docs/from-the-guides.md: each command and key of the guides leads to what the document says."""

import copy
import functools
import re

import pytest
import yaml
from conftest import REPOSITORY, SCRIPTS, configuration
from snakemake.utils import update_config
from unit.docs._pages import table

from ltsei.config.dataset import Dataset
from ltsei.config.effective_settings import validate
from ltsei.config.experiment import Config, Experiment
from ltsei.config.layers import merged
from ltsei.config.stages import Stage1, Stage2, Stage3
from ltsei.core import registry
from ltsei.evaluation.metric_labels import METRICS
from ltsei.pipeline.load import load_matrix
from ltsei.pipeline.matrix import STAGES

TEXT = (REPOSITORY / "docs" / "from-the-guides.md").read_text(encoding="utf-8")
EXPERIMENTS = configuration("experiments")
ROOTS = "results|device|checkpoint_minutes|signal_memory|baseline|datasets|experiments|figures|stage[123]"
CLAIM = re.compile(rf"({ROOTS})(\.\w+)*: .+")
FILE = re.compile(r"[\w/-]+\.(json|csv|svg|html|log|yaml|md|tex)")
COMMAND = re.compile(r"snakemake .+")


def codes(text):
    return re.findall(r"`([^`]+)`", text)


def settings_of(recipe):
    pairs = (setting.split("=", 1) for setting in recipe.split())
    return {key: yaml.safe_load(value) for key, value in pairs}


COMMANDS = table(TEXT, "newer", "older", "command", "method", "block", "recipe", "remark")
ROWS = {
    codes(command)[0]: (newer, older, *(codes(cell)[0] for cell in (method, block, recipe)), remark)
    for newer, older, command, method, block, recipe, remark in COMMANDS
}
ALL, WITH_STAGE2, WITH_MOE_LTSEI = [settings_of(codes(recipe)[0]) for _, recipe in table(TEXT, "rows", "recipe")]
KEYS = table(TEXT, "there", "here", "remark")


def stated(command):
    """Everything that the document says about the recipe of a command: what its row says above what all rows share."""
    row = settings_of(ROWS[command][4])
    stage2 = {} if "stage2" in row else WITH_STAGE2
    moe_ltsei = WITH_MOE_LTSEI if row.get("stage2.loss.name") == "moe_ltsei" else {}
    settings = ALL | stage2 | moe_ltsei | row
    return {key: value for key, value in settings.items() if not any(other.startswith(f"{key}.") for other in settings)}


# What a command asks for, written down a second time, apart from the document.

LOSSES = {
    "CrossEntropy": {"loss.name": "cross_entropy"},
    "FocalLoss": {"loss.name": "focal"},
    "ClassBalancedLoss": {
        "loss.name": "cross_entropy",
        "class_weights.name": "effective_number",
        "class_weights.beta": 0.9999,
        "reduction": "batch_mean",
    },
    "LDAMLoss": {"loss.name": "ldam_linear"},
    "BalancedSoftmaxLoss": {"loss.name": "logit_adjustment", "loss.tau": 1.0},
    "LogitAdjustmentLoss": {"loss.name": "logit_adjustment"},
    "CostSensitiveCE": {
        "loss.name": "cross_entropy",
        "class_weights.name": "inverse_frequency",
        "reduction": "weighted_mean",
    },
    "LOS": {"loss.name": "cross_entropy"},
    "MoELTSEILoss": {"loss.name": "moe_ltsei"},
}
SAMPLERS = {
    "none": "instance_balanced",
    "inv_freq": "class_balanced",
    "class_uniform": "class_balanced",
    "sqrt": "square_root",
    "progressive_power": "progressive_power",
}
MODES = {
    "crt": {"stage2.mode.name": "crt"},
    "lws": {"stage2.mode.name": "lws", "stage2.mode.param": "exp", "stage2.mode.scale_bias": False},
    "moe_ltsei": {"stage2.mode.name": "crt", "stage2.head.name": "moe_cosine"},
}
BACKBONES = {
    "ConvNetADSB": "convnet_adsb",
    "ResNet1D": "resnet1d",
    "DilatedTCN": "dilated_tcn",
    "FrequencyDomainExpert": "frequency_expert",
    "MixtureOfExpertsConvNet": "mixture_of_experts_conv",
}
RENAMED = {  # other keys are called as there, and those of stage2.moe_loss belong to stage2.loss
    "loss.focal_gamma": ["stage1.loss.gamma"],
    "loss.cb_beta": ["stage1.class_weights.beta"],
    "loss.ldam_max_margin": ["stage1.loss.max_margin"],
    "loss.ldam_scale": ["stage1.loss.scale"],
    "loss.logit_tau": ["stage1.loss.tau"],
    "model.dropout": ["stage1.backbone.dropout"],
    "model.use_attention": ["stage1.backbone.attention"],
    "training.epochs": ["stage1.epochs"],
    "training.lr": ["stage1.lr"],
    "stage2.los_smoothing": ["stage2.loss.label_smoothing"],
    "stage2.alpha_start": ["stage2.sampler.start"],
    "stage2.alpha_end": ["stage2.sampler.end"],
    "stage2.moe.num_experts": ["stage2.head.experts"],
    "stage2.moe.gate_hidden": ["stage2.head.gate_hidden"],
    "stage2.moe.gate_dropout": ["stage2.head.gate_dropout"],
    "stage2.moe.normalize_features": ["stage2.head.normalize_features"],
    "stage2.moe_loss.scale": ["stage2.head.scale"],
    "stage2.moe_loss.beta": ["stage2.loss.beta", "stage2.class_weights.beta"],
    "stage3.tau_norm": ["stage3.0.tau"],
}
TRANSLATED = {
    "loss.name": lambda value: {f"stage1.{key}": setting for key, setting in LOSSES[value].items()},
    "stage2.loss": lambda value: {f"stage2.{key}": setting for key, setting in LOSSES[value].items()},
    "sampling.name": lambda value: {"stage1.sampler.name": SAMPLERS[value]},
    "stage2.sampler": lambda value: {"stage2.sampler.name": SAMPLERS[value]},
    "model.name": lambda value: {"stage1.backbone.name": BACKBONES[value]},
    "training.optimizer": lambda value: {"stage1.optimizer.name": value.lower()},
    "stage2.optimizer": lambda value: {"stage2.optimizer.name": value.lower()},
    "stage2.enabled": lambda value: {} if value else {"stage2": "none"},
    "stage2.mode": MODES.__getitem__,
    "stage2.freeze_bn": {True: {"stage2.bn": "frozen"}}.__getitem__,
    "stage2.lws_init_scale": {1.0: {}}.__getitem__,
    "stage2.cost_strategy": lambda value: {"stage2.class_weights.power": {"auto": 1.0, "sqrt": 0.5}[value]},
    "stage3.mode": lambda value: {"stage3.0.name": value},
    "data.imbalance_ratio": lambda value: {},
}


def options_of(command):
    return {key.lstrip("+"): yaml.safe_load(value) for key, value in (part.split("=") for part in command.split()[2:])}


def deferred(options):
    """LDAM's weights: of the power 0.25 unless it is given, from an epoch of 300 on."""
    power, epoch = options.pop("loss.ldam_reweight_power", 0.25), options.pop("loss.ldam_drw_start")
    if power == 0:
        return {"stage1.class_weights.name": "uniform"}
    weights = {"stage1.class_weights.name": "inverse_frequency", "stage1.class_weights.power": power}
    if epoch == 0:
        return weights | {"stage1.class_weights.schedule.name": "constant"}
    start = {"stage1.class_weights.schedule.start": round(epoch / 300, 4)}
    return weights | {"stage1.class_weights.schedule.name": "deferred"} | start


def asked_for(command):
    options = options_of(command)
    settings = deferred(options) if options["loss.name"] == "LDAMLoss" else {}
    for key, value in options.items():
        if key in TRANSLATED:
            settings |= TRANSLATED[key](value)
        else:
            settings |= dict.fromkeys(RENAMED.get(key) or [key.replace(".moe_loss.", ".loss.")], value)
    return settings


def nested(settings):
    """Settings as YAML would have them, {"a.b": 1} -> {"a": {"b": 1}}; "none" stands for no such stage."""
    result = {}
    for path, value in settings.items():
        *parents, last = path.split(".")
        inner = result
        for key in parents:
            inner = inner.setdefault(key, {})
        inner[last] = None if path in STAGES else value
    return result


@functools.cache
def matrix():
    return load_matrix(EXPERIMENTS, SCRIPTS)


def recipe_of(method, stage, dataset="adsb_synth"):
    owner = matrix().owner(method, stage)
    return None if owner is None else matrix().recipe(stage, dataset, owner).settings.model_dump()


def recipe_from(settings):
    """The stages' settings that a row leads to: the defaults of the experiment file below those of the row.

    No command pre-trains.
    """
    wanted, defaults = nested(settings), EXPERIMENTS["defaults"]
    stage1 = validate(Stage1, merged(defaults["stage1"], wanted["stage1"]), str)
    below = {"head": stage1.head}
    stage2 = wanted["stage2"] and validate(Stage2, merged(below, defaults["stage2"], wanted["stage2"]), str)
    stage3 = wanted["stage3"] and validate(Stage3, {"steps": list(wanted["stage3"].values())}, str)
    return [settings and settings.model_dump() for settings in (None, stage1, stage2, stage3)]


def test_every_command_stands_in_the_table_once():
    assert len(COMMANDS) == len(ROWS) == 43


@pytest.mark.parametrize("command", ROWS)
def test_the_row_of_a_command_states_what_the_command_asks_for(command):
    settings = stated(command)
    assert {key: settings.get(key, "not stated") for key in asked_for(command)} == asked_for(command)


@pytest.mark.parametrize("command", ROWS)
def test_a_method_has_the_recipe_that_its_row_states_and_nothing_else(command):
    method = ROWS[command][2]
    assert recipe_from(stated(command)) == [recipe_of(method, stage) for stage in STAGES]


@pytest.mark.parametrize("command", ROWS)
def test_the_block_of_a_command_is_on_and_holds_its_method_at_its_ratio(command):
    _, _, method, block, _, _ = ROWS[command]
    assert block in matrix().config.run
    assert method in matrix().config.block_methods(matrix().config.experiments[block])
    ratio = options_of(command).get("data.imbalance_ratio", 100)
    assert ratio in matrix().config.experiments[block].imbalance_ratios


@pytest.mark.parametrize("command", ROWS)
def test_remarks_name_methods_that_exist(command):
    *_, recipe, remark = ROWS[command]
    words = {word for word in codes(remark) if re.fullmatch(r"\w+", word)}
    parameters = {key.rsplit(".", 1)[1] for key in stated(command) if "." in key}
    assert recipe
    assert words <= set(EXPERIMENTS["methods"]) | parameters


def check_claim(claim):
    """Raise InputError unless a line such as `stage1.lr: 0.1` may stand in an experiment file."""
    path, value = claim.split(": ", 1)
    root, *keys = path.split(".")
    value = yaml.safe_load(value)
    for key in reversed(keys[1:] if root in ("datasets", "experiments") else keys):
        value = {key: value}
    match root:
        case "stage1":
            validate(Stage1, merged(recipe_of("ce", "stage1"), value), str)
        case "stage2":
            validate(Stage2, merged(recipe_of("crt", "stage2"), value), str)
        case "stage3":
            validate(Stage3, {"steps": value}, str)
        case "datasets":
            validate(Dataset, EXPERIMENTS["datasets"]["adsb_synth"] | value, str)
        case "experiments":
            validate(Experiment, EXPERIMENTS["experiments"]["baseline"] | value, str)
        case _:
            validate(Config, EXPERIMENTS | {root: value}, str)


def exists(code):
    family, _, name = code.rpartition("/")
    if family in registry.FAMILIES:
        return name in registry.names(family)
    known = code in EXPERIMENTS["methods"] or code in METRICS
    return known or FILE.fullmatch(code) or COMMAND.fullmatch(code)


@pytest.mark.parametrize("code", sorted({code for _, here, _ in KEYS for code in codes(here)}))
def test_what_stands_here_for_a_key_of_the_predecessor_exists(code):
    if CLAIM.fullmatch(code):
        check_claim(code)
    else:
        assert exists(code)


@pytest.mark.parametrize("code", sorted({code for *_, remark in KEYS for code in codes(remark)}))
def test_a_remark_names_keys_and_components_that_exist(code):
    if CLAIM.fullmatch(code):
        check_claim(code)
    assert code.rpartition("/")[0] not in registry.FAMILIES or exists(code)


def test_a_key_without_an_equivalent_says_why():
    assert [there for there, here, remark in KEYS if here == "–" and not remark] == []


def test_the_example_of_a_new_command_is_an_experiment_file():
    (example,) = (yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL))
    config = copy.deepcopy(EXPERIMENTS)
    update_config(config, example)
    assert len(load_matrix(config, SCRIPTS).cells()) == 6


# The guides themselves lie beside the recordings, where there are any.


@pytest.fixture
def guide(real_data):
    def read(pattern):
        found = sorted((real_data.resolve().parent / "guides").glob(pattern))
        if not found:
            pytest.skip("the guides do not lie beside the folder LTSEI_DATA")
        return found[0].read_text(encoding="utf-8", errors="replace")

    return read


def commands_in(text):
    """Chapter and command of each command line, continuation lines joined."""
    chapter, found = "", []
    for match in re.finditer(r"^### (\d\.\d)|^python main\.py(?:.*\\\n)*.*", text, re.MULTILINE):
        chapter = match[1] or chapter
        if match[1] is None:
            found.append((chapter, re.sub(r"\s*\\\n\s*", " ", match[0]).strip()))
    return found


@pytest.mark.parametrize(("pattern", "column"), [("000-*.md", 0), ("001-*.md", 1)])
def test_every_command_of_a_guide_stands_in_the_table_with_its_chapters(guide, pattern, column):
    chapters = {}
    for chapter, command in commands_in(guide(pattern)):
        chapters.setdefault(command, []).append(chapter)
    assert len(chapters) > 30
    assert {command: row[column] for command, row in ROWS.items() if row[column] != "–"} == {
        command: ", ".join(dict.fromkeys(found)) for command, found in chapters.items()
    }


def dotted(mapping, above=""):
    for key, value in mapping.items():
        yield from dotted(value, f"{above}{key}.") if isinstance(value, dict) else [f"{above}{key}"]


def test_every_key_of_the_predecessors_configuration_and_of_the_appendices_stands_in_a_table(guide):
    wanted = set()
    for block in re.findall(r"```yaml\n(.*?)```", guide("003-*.md"), re.DOTALL):
        wanted |= set(dotted(yaml.safe_load(block) or {}))
    for pattern in ("000-*.md", "001-*.md"):
        wanted |= set(re.findall(r"^\| `([\w.]+)` \|", guide(pattern), re.MULTILINE))
    assert len(wanted) > 80
    assert wanted - {code for there, _, _ in KEYS for code in codes(there)} == set()
