from sessions_app.panels.offload import MOST_AT_ONCE, in_few_sizes


def test_it_asks_in_few_sizes_whatever_the_count() -> None:
    sizes = set()
    for count in range(1_100):
        asked = list(in_few_sizes(range(count)))
        assert {one for some in asked for one in some} == set(range(count))
        sizes |= {len(some) for some in asked}
    assert sizes == {1 << power for power in range(MOST_AT_ONCE.bit_length())}
