"""What a forum is about: words and columns of a scenario, migration by default, and what is refused on loading."""

from __future__ import annotations

import re
import shutil

import pandas as pd
import pyarrow.parquet as pq
import pytest

import comity
from comity.commands.new import new_scenario
from comity.errors import InputError
from comity.scenario.loading import from_data, load
from comity.scenario.locate import scenario_folder
from comity.scenario.subject import MIGRATION, RoleOfStates, Subject
from comity.words.describe import NOT_CALIBRATED, describe
from comity.words.explain import explain

OF_MIGRATION = re.compile(r"\b(origin|destination|crmw|iom|migra\w*|remittances?)\b", re.IGNORECASE)


@pytest.fixture
def skeleton(tmp_path, monkeypatch):
    """Return the path of a scenario that comity new wrote."""
    monkeypatch.chdir(tmp_path)
    new_scenario("fishing")
    return tmp_path / "fishing.toml"


def changed(path, old, new, name=""):
    """Change a text in a file of the skeleton, which must have it."""
    file = path.with_name(name) if name else path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_a_scenario_that_says_nothing_is_about_migration():
    scenario = load("teaching")
    assert scenario.subject == MIGRATION
    assert "subject" not in scenario.to_json()
    assert from_data({**scenario.to_json(), "subject": MIGRATION.model_dump(mode="json")}).hash == scenario.hash


def test_the_subject_of_a_scenario_is_in_its_hash(skeleton):
    before = load(skeleton).hash
    assert load(changed(skeleton, 'topic = "fishing"', 'topic = "whaling"')).hash != before


def test_a_shock_without_roles_hits_those_of_the_subject(skeleton):
    assert load(skeleton).shocks[0].roles == ("coastal", "fleet", "mixed")
    assert load("teaching").with_moves([]).shocks[0].roles == ("destination", "both")


def test_no_word_of_migration_is_in_what_a_forum_of_ones_own_prints_and_keeps(skeleton, tmp_path):
    scenario = load(skeleton)
    record = comity.run(scenario, seed=3)
    tables = {**record.tables(), "actors_by_id": record.actors_by_id}
    names = [f"{table} {column}" for table, frame in tables.items() for column in frame]
    assert [name for name in names if OF_MIGRATION.search(name.replace("_", " "))] == []
    for table, frame in tables.items():
        words = {str(cell) for column in frame.select_dtypes(["object", "str"]) for cell in frame[column]}
        assert [word for word in words if OF_MIGRATION.search(word.replace("_", " "))] == [], table
    said = " ".join(describe(scenario).split()).replace(NOT_CALIBRATED, "")
    assert OF_MIGRATION.search(said) is None
    for what in ("cooperation", "trust", "sovereignty", "position", "anchor"):
        assert OF_MIGRATION.search(str(explain(record, "AMBER", what))) is None
    folder = record.save(tmp_path / "run")
    for file in folder.glob("*.parquet"):
        for field in pq.read_schema(file):
            assert field.metadata, f"{file.stem}.{field.name} has no entry in the dictionary"
            said = " ".join(text.decode() for text in field.metadata.values())
            assert OF_MIGRATION.search(said) is None or "ISO 3166" in said, said
    assert comity.read_record(folder).seat_counts.tolist() == record.seat_counts.tolist()


def test_roles_and_memberships_are_those_of_the_subject(skeleton):
    record = comity.run(load(skeleton), seed=0)
    meetings = record.meetings
    assert {"coastal", "silent_fleet", "trust_coastal_fleet", "cooperation_mixed"} <= set(meetings)
    assert set(record.trust["holder"]) == {"coastal", "fleet", "mixed", "organisation", "network"}
    first = record.memberships[record.memberships["year"] == 2001].groupby("treaty")["members"].sum()
    assert set(first.index) == {"stocks", "council"}
    assert first["stocks"] >= 2, "AMBER and BASALT are parties at the start"
    agency = record.population.rows["COUNCIL"]
    assert record.population.world.actors["members"][agency] == pytest.approx(5 / 6)


def test_the_rules_see_roles_by_their_order_not_by_their_names(skeleton):
    """The same forum in other words, with roles called as those of migration, has the same numbers."""
    subject = load(skeleton)
    names = {"coastal": "origin", "fleet": "destination", "mixed": "both"}
    data = subject.to_json()
    table = pd.read_csv(skeleton.with_name("fishing_states.csv"))
    table["role"] = table["role"].map(names)
    table.to_csv(skeleton.with_name("again.csv"), index=False)
    data["subject"]["roles"] = [{**role, "id": names[role["id"]]} for role in data["subject"]["roles"]]
    data["shocks"][0]["roles"] = list(names.values())
    data["population"] |= {"states": str(skeleton.with_name("again.csv")), "checksums": {}}
    one, other = comity.run(subject, seed=5), comity.run(from_data(data), seed=5)
    assert one.actors.equals(other.actors)
    renamed = {column: re.sub("|".join(names), lambda m: names[m.group()], column) for column in one.meetings}
    assert one.meetings.rename(columns=renamed).equals(other.meetings)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            '    { id = "mixed", one = "a state with coast and fleet", many = "states with coast and fleet" },\n', "",
            r"subject\.roles must name three roles, got 2: .* Add or remove roles; the third may have no states\.",
            id="a role too few",
        ),
        pytest.param(
            'id = "mixed"', 'id = "fleet"', r"subject: roles must be named once each, got 'fleet' twice\.", id="twice"
        ),
        pytest.param(
            'id = "mixed"', 'id = "states"', r"subject\.roles must not use 'states': tables have it", id="taken"
        ),
        pytest.param(
            'scaled_by = "dependence"', 'scaled_by = "immigrant_share"',
            r"shock 'collapse': scaled_by must be empty or one of .*dependence, got 'immigrant_share'\.",
            id="an attribute of migration",
        ),
        pytest.param(
            'scaled_by = "dependence"', 'roles = ["origin"]',
            r"shock 'collapse': roles must be one of coastal, fleet, mixed, got 'origin'\.", id="a role of migration",
        ),
        pytest.param(
            'treaty = { id = "stocks", name = "treaty on fish stocks", column = "stocks_party" }', "#",
            r"institutions: rights_issue needs subject\.treaty, which is not given\. Add subject\.treaty", id="no treaty",
        ),
        pytest.param(
            'contested = "limits"', 'contested = "limit"',
            r"subject\.contested names 'limit', which is no category of an issue\. Did you mean 'limits'", id="category",
        ),
        pytest.param(
            'text = "A network. All values: assumption."', "crmw_party = true",
            r"actor 'REEF': crmw_party belongs to the subject migration, and this one is 'fishing'\. Remove it",
            id="a membership of migration",
        ),
    ],
)  # fmt: skip
def test_what_a_subject_does_not_have_is_refused_on_loading(skeleton, old, new, message):
    with pytest.raises(InputError, match=message):
        load(changed(skeleton, old, new))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param("dependence", "reliance", r"column 'dependence' is missing\.", id="an attribute"),
        pytest.param("stocks_party", "stock", r"column 'stocks_party' is missing\.", id="a membership"),
        pytest.param("sovereignty", "sov", r"column 'sovereignty' is missing\.", id="what every rule reads"),
        pytest.param(
            "AMBER,Amber Coast,coastal", "AMBER,Amber Coast,origin",
            r"line 2, column 'role' must be one of \['coastal', 'fleet', 'mixed'\], got 'origin'", id="a role",
        ),
    ],
)  # fmt: skip
def test_a_column_that_a_rule_needs_is_named_before_anything_runs(skeleton, old, new, message):
    path = changed(skeleton, old, new, "fishing_states.csv")
    with pytest.raises(InputError, match=message):
        describe(load(path))


def test_a_membership_that_no_rule_reads_needs_no_column(skeleton):
    changed(skeleton, "dependence,stocks_party", "dependence,ignored", "fishing_states.csv")
    path = changed(skeleton, 'rights_issue = "limits"', "#")
    with pytest.warns(comity.errors.Notice, match="'ignored' is not used"):
        record = comity.run(load(path), seed=0)
    assert record.memberships.query("treaty == 'stocks'")["members"].sum() == 0


def test_shipped_tables_are_refused_for_another_subject_with_what_to_do(skeleton):
    path = changed(skeleton, 'states = "fishing_states.csv"', 'states = "data/states.csv"')
    with pytest.raises(
        InputError, match=r"column 'dependence' is missing\. Name a table of your own in \[population\]"
    ):
        describe(load(path))


def test_a_side_without_states_is_told_where_both_sides_are_to_agree(skeleton):
    text = skeleton.with_name("fishing_states.csv").read_text()
    skeleton.with_name("fishing_states.csv").write_text(
        text.replace(",fleet,", ",coastal,").replace(",mixed,", ",coastal,")
    )
    path = changed(skeleton, "attachment = 0.5 ", "decides_arena = true\nattachment = 0.5 ")
    with pytest.warns(comity.errors.Notice, match="no state has the role 'fleet', and a side without states consents"):
        comity.run(load(path), seed=0)


def test_listed_states_give_attributes_and_memberships_by_name(skeleton):
    values = "sovereignty = 0.5\ncooperation = 0.5\ncapacity = 0.5\n"
    by_issue = "position = { limits = 0.5, data = 0.5 }\nsalience = { limits = 0.5, data = 0.5 }\n"
    state = f'[[population.actors]]\nid = "GULF"\nname = "Gulf"\nkind = "state"\nrole = "mixed"\n{values}{by_issue}'
    where = "# --- Meetings"
    with pytest.raises(InputError, match=r"actor 'GULF': attributes\.dependence must be given"):
        load(changed(skeleton, where, f"{state}\n{where}"))
    path = changed(
        skeleton, 'name = "Gulf"', 'name = "Gulf"\nattributes = { dependence = 0.7 }\nmember_of = ["stocks"]'
    )
    actors = comity.run(load(path), seed=0).actors_by_id.set_index("id")
    assert actors.loc["GULF", ["dependence", "stocks_party", "council_member"]].tolist() == [0.7, 1, 0]
    with pytest.raises(InputError, match=r"actor 'GULF': member_of names 'stock', which subject does not declare"):
        load(changed(path, 'member_of = ["stocks"]', 'member_of = ["stock"]'))


def test_the_keys_of_other_subjects_are_refused_where_it_is_migration():
    with pytest.raises(InputError, match=r"member_of must be left out where the subject is migration\. Use crmw_party"):
        load("teaching", settings={"population.actors.CORAL.member_of": ["crmw"]})


def test_a_drawn_population_takes_the_roles_of_the_subject():
    roles = tuple(RoleOfStates(id=name, one=f"a {name} state", many=f"{name} states") for name in ("a", "b", "c"))
    scenario = load("synthetic", settings={"population.synthetic.states": 20})
    data = scenario.to_json() | {"subject": Subject(topic="x", roles=roles).model_dump(mode="json"), "institutions": {}}
    record = comity.run(from_data(data), seed=1, keep="meetings")
    assert set(record.actors_by_id["role"]) == {"a", "b", ""}
    assert record.memberships.empty


def test_the_skeleton_is_shipped_with_every_key_explained():
    text = (scenario_folder() / "skeleton" / "scenario.toml").read_text(encoding="utf-8")
    assert "NAME" in text
    sources = [line for line in text.splitlines() if line.startswith("source = ") and "tables" not in line]
    assert len(sources) == 6
    assert all("assumption" in line for line in sources)


def test_comity_new_overwrites_nothing(skeleton):
    before = skeleton.read_text(encoding="utf-8")
    with pytest.raises(InputError, match=r"fishing\.toml: must not exist yet, but it does"):
        new_scenario("fishing")
    skeleton.unlink()
    with pytest.raises(InputError, match=r"fishing_states\.csv: must not exist yet"):
        new_scenario("fishing.toml")
    assert not skeleton.exists()
    shutil.move(skeleton.with_name("fishing_states.csv"), skeleton.with_name("other.csv"))
    new_scenario("fishing.toml")
    assert skeleton.read_text(encoding="utf-8") == before


@pytest.mark.parametrize("name", ["", "a b", "../up", "1st", "x" * 41])
def test_comity_new_refuses_what_is_no_name(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="NAME must be letters, digits, _ and -, a letter first"):
        new_scenario(name)
    with pytest.raises(InputError, match="NAME must not be that of a shipped scenario or patch, got 'no_gfmd'"):
        new_scenario("no_gfmd")
    assert not list(tmp_path.iterdir())
