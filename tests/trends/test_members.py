import numpy as np
import pytest

from forecast.data.frontier import FrontierRule
from forecast.trends.members import Members, select_members


def test_older_rows_rank_and_are_not_fitted():
    year = np.array([2017.0, 2017.5, 2018.1, 2018.2, 2019.0])
    size = np.array([1e3, 1e4, 1e2, 1e5, 1e6])
    members, chosen = select_members(year, size, FrontierRule("top1"), since=2018, origin=2020)
    assert chosen.tolist() == [3, 4]
    assert members.log_record == 6
    alone, without = select_members(year[2:], size[2:], FrontierRule("top1"), since=2018, origin=2020)
    assert without.tolist() == [0, 1, 2]  # the false member that a truncated history makes
    assert alone.count == 3


def test_nothing_after_the_origin_is_known():
    year, size = np.array([2018.0, 2019, 2020, 2021]), np.array([1e1, 1e2, 1e3, 1e9])
    members, chosen = select_members(year, size, FrontierRule("all"), since=None, origin=2020)
    assert chosen.tolist() == [0, 1, 2]
    assert members.log_record == 3
    assert members.origin == 2020


def test_no_rows_have_no_record():
    members, _ = select_members(np.array([2021.0]), np.array([1.0]), FrontierRule("all"), since=None, origin=2020)
    assert members.count == 0
    assert members.log_record == -np.inf


def test_yearly_levels_count_back_from_the_origin():
    year = np.array([2018.2, 2018.4, 2019.0, 2019.4, 2020.45])
    members = Members(year, np.array([1.0, 3, 5, 7, 9]), origin=2020.5, log_record=9)
    middle, level, count, scatter = members.yearly_levels
    assert middle.tolist() == [2018.0, 2019.0, 2020.0]
    assert level.tolist() == [2.0, 6.0, 9.0]
    assert count.tolist() == [2, 2, 1]
    assert scatter == pytest.approx(np.sqrt((1 + 1 + 1 + 1) / 2))


def test_a_year_without_members_is_no_level():
    members = Members(np.array([2016.1, 2019.9]), np.array([1.0, 2]), origin=2020, log_record=2)
    middle, level, _, _ = members.yearly_levels
    assert middle.tolist() == [2016.5, 2019.5]
    assert level.tolist() == [1, 2]
