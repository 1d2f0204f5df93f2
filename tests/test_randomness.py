"""Luck: the published answers of Philox, uniform numbers, and streams that know nothing of each other."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from comity.randomness import Decision, address, decision_keys, philox, uniform, uniforms

ZERO = np.uint64(0)

# Random123 1.14, kat_vectors: philox4x32 with 10 rounds; counter, key, answer.
KNOWN_ANSWERS = [
    (
        (0x00000000, 0x00000000, 0x00000000, 0x00000000),
        (0x00000000, 0x00000000),
        (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8),
    ),
    (
        (0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF),
        (0xFFFFFFFF, 0xFFFFFFFF),
        (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
    ),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize("form", ["compiled", "interpreted"])
@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN_ANSWERS)
def test_philox_gives_the_published_answers(counter, key, answer, form):
    function = philox if form == "compiled" else philox.py_func
    words = function(np.uint64(key[0] | key[1] << 32), *map(np.uint64, counter))
    assert tuple(int(word) for word in words) == answer


def test_a_uniform_number_is_made_of_the_first_53_bits_of_two_words():
    # Key 0, counter 0: 0x6627e8d5 >> 5 = 53559110 and 0xe169c58d >> 6 = 59090710, so that the number is
    # (53559110 * 2**26 + 59090710) / 2**53, which is 0x6627e8d5 / 2**32 up to the 27 bits of the first word.
    assert uniform(ZERO, ZERO, ZERO, ZERO, ZERO) == (53559110 * 2**26 + 59090710) / 2**53
    assert uniform(ZERO, ZERO, ZERO, ZERO, ZERO) == pytest.approx(0x6627E8D5 / 2**32, abs=2**-27)


def test_compiled_and_interpreted_draws_are_equal():
    keys = decision_keys(5)
    actors = np.array([address(f"A{number}") for number in range(40)], dtype=np.uint64)
    meeting, sitting = address("M1"), address("plenary:1")
    drawn = uniforms(keys[Decision.VOTE], meeting, sitting, actors)
    assert drawn.tolist() == [uniform.py_func(keys[Decision.VOTE], meeting, sitting, a, ZERO) for a in actors]


@pytest.fixture(scope="module")
def many() -> np.ndarray:
    """Return a hundred thousand draws of one decision."""
    actors = np.arange(100_000, dtype=np.uint64)
    return uniforms(decision_keys(1)[Decision.ENGAGEMENT], address("M"), address("s"), actors)


def test_draws_lie_in_zero_to_below_one(many):
    assert many.min() >= 0.0
    assert many.max() < 1.0
    # The largest words that Philox can give stay below 1: ((2**27 - 1) * 2**26 + 2**26 - 1) / 2**53.
    assert ((2**27 - 1) * 67108864.0 + (2**26 - 1)) / 9007199254740992.0 < 1.0


def test_mean_and_variance_are_those_of_a_uniform_number(many):
    # Standard error of the mean sqrt(1/12/n); of the variance sqrt((1/80 - 1/144)/n). Tolerance: 4 of them.
    n = len(many)
    assert many.mean() == pytest.approx(0.5, abs=4 * np.sqrt(1 / 12 / n))
    assert many.var() == pytest.approx(1 / 12, abs=4 * np.sqrt((1 / 80 - 1 / 144) / n))


def test_draws_spread_over_twenty_bins(many):
    # Chi-square with 19 degrees of freedom: mean 19, standard deviation sqrt(38) = 6.2; above 44 once in 1000.
    counts = np.histogram(many, bins=20, range=(0, 1))[0]
    assert ((counts - len(many) / 20) ** 2 / (len(many) / 20)).sum() < 44


def test_draws_of_different_decisions_are_uncorrelated():
    # 190 pairs of 20 streams with 4,000 draws: a correlation has standard error 1/sqrt(4000) = 0.016, and the
    # largest of 190 stays below 4.5 of them but once in 800.
    keys, actors = decision_keys(3), np.arange(4_000, dtype=np.uint64)
    streams = np.array([uniforms(key, address("M"), address("s"), actors) for key in keys])
    correlations = np.corrcoef(streams)[np.triu_indices(len(keys), 1)]
    assert np.abs(correlations).max() < 4.5 / np.sqrt(4_000)


def test_every_part_of_the_address_changes_the_draw():
    keys = decision_keys(3)
    parts = [keys[0], address("M"), address("s"), address("a"), address("b")]
    others = [keys[1], address("N"), address("t"), address("c"), address("d")]
    draws = {uniform(*parts)}
    for place, other in enumerate(others):
        draws.add(uniform(*parts[:place], other, *parts[place + 1 :]))
    assert len(draws) == 6
    assert uniform(*parts) == uniform(*parts)


def test_pairs_are_drawn_apart_in_either_direction():
    key, a, b = decision_keys(3)[Decision.MIMICRY], address("a"), address("b")
    assert uniform(key, ZERO, ZERO, a, b) != uniform(key, ZERO, ZERO, b, a)


def test_keys_differ_between_decisions_and_seeds():
    keys = [int(key) for seed in (0, 1, 2, 2**63 - 1) for key in decision_keys(seed)]
    assert len(set(keys)) == 4 * len(Decision)


def test_keys_are_made_of_the_names_of_decisions():
    # blake2b of "comity:7:ATTENDANCE", 8 bytes, little-endian: the number of the member does not enter.
    import hashlib

    digest = hashlib.blake2b(b"comity:7:ATTENDANCE", digest_size=8).digest()
    assert int(decision_keys(7)[Decision.ATTENDANCE]) == int.from_bytes(digest, "little")


def test_an_address_is_the_checksum_of_the_name():
    # CRC-32 of "123456789" is 0xcbf43926 in every table of check values.
    assert int(address("123456789")) == 0xCBF43926


@pytest.mark.parametrize("scenario", ["teaching", "synthetic", "hld_gfmd"])
def test_no_two_names_of_a_scenario_share_an_address(scenario):
    import comity
    from comity.population.people import build_population

    loaded = comity.load(scenario)
    names = list(build_population(loaded).ids)
    assert len({int(address(name)) for name in names}) == len(names)
    meetings = [meeting.id for meeting in loaded.meetings]
    assert len({int(address(name)) for name in meetings}) == len(meetings)


def test_pairs_of_sittings_and_rounds_do_not_collide():
    # Mimicry numbers its rounds by adding them to the address of the sitting.
    from comity.phases import Phase

    sittings = [int(address(f"{phase.value}:{n}")) for phase in Phase for n in range(1, 51)]
    occasions = {(s + r) & 0xFFFFFFFF for s, r in itertools.product(sittings, range(10))}
    assert len(occasions) == 10 * len(sittings)
