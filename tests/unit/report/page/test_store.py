"""Charts and tables of the page are stored by column, and equal ones once."""

from unit.report._matrix import chart_of, column_of, table_of

from ltsei.report.charts.chart import Chart
from ltsei.report.page.store import Store

ROWS = [{"name": "a", "value": 1}, {"name": "b", "value": None}, {"name": "a", "value": 2.5}, {"name": "b", "value": 4}]


def data(store):
    return {"columns": store.columns, "charts": store.charts}


def test_a_chart_comes_back_as_it_was_stored():
    store = Store()
    position = store.chart(Chart("heat_map", {"rows": ROWS, "edges": []}, {"height": 18}))
    assert chart_of(data(store), position) == ("heat_map", {"rows": ROWS, "edges": []}, {"height": 18})


def test_equal_columns_and_charts_are_stored_once():
    store = Store()
    first = store.chart(Chart("heat_map", {"rows": ROWS}))
    other = store.chart(Chart("differences", {"rows": [{**row, "value": 0} for row in ROWS]}))
    assert store.chart(Chart("heat_map", {"rows": ROWS})) == first != other
    assert len(store.charts) == 2
    assert len(store.columns) == 3


def test_repeated_texts_are_listed_once():
    store = Store()
    position = store.column(["many", "many", "few", "many"])
    assert store.columns[position]["texts"] == ["many", "few"]
    assert column_of(store.columns[position]) == ["many", "many", "few", "many"]


def test_one_and_true_are_different_values():
    store = Store()
    assert store.column([1, 1]) != store.column([True, True])


def test_no_chart_and_an_empty_value_have_no_position():
    store = Store()
    assert store.chart(None) is None
    assert store.value("recipes", "") is None
    assert store.table([]) == {}
    assert table_of(data(store), {}) == []
