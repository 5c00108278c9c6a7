"""The rules of `docs/bluez.md`, on bleak's own BlueZ backend against a BlueZ in software."""

import pytest

from tests.ble_bridge.bluez import scenarios
from tests.ble_bridge.bluez.adapter import ADDRESS
from tests.ble_bridge.bluez.stand import Stand


async def test_Z1_a_bluetoothd_that_dies_takes_its_links_with_it(stand: Stand) -> None:
    await scenarios.bluetoothd_dies(stand)


async def test_Z1_what_an_old_bluetoothd_said_is_forgotten(stand: Stand) -> None:
    await scenarios.bluetoothd_comes_back_with_another_table(stand)


async def test_Z1_a_bus_that_dies_takes_its_links_with_it_and_is_used_again(stand: Stand) -> None:
    await scenarios.the_bus_dies(stand)


async def test_Z2_an_adapter_that_is_pulled_takes_its_links_with_it_and_is_used_again(stand: Stand) -> None:
    await scenarios.the_adapter_is_pulled(stand)


async def test_Z2_a_device_that_vanishes_takes_its_link_with_it(stand: Stand) -> None:
    await scenarios.the_device_vanishes(stand)


async def test_Z3_a_link_left_by_a_dead_process_is_ended(stand: Stand) -> None:
    await scenarios.a_link_was_left_that_nobody_wants(stand)


async def test_Z3_a_link_left_by_a_dead_process_is_taken_over_where_it_is_wanted(stand: Stand) -> None:
    await scenarios.a_link_was_left_that_is_wanted(stand)


async def test_Z3_a_link_of_another_program_is_not_touched(stand: Stand) -> None:
    await scenarios.a_link_of_another_program(stand)


async def test_Z3_a_link_that_another_program_makes_after_ours_is_not_touched(stand: Stand) -> None:
    await scenarios.another_program_links_after_us(stand)


@pytest.mark.parametrize("how", ["bluetoothd", "adapter", "power"])
async def test_Z4_whoever_listens_hears_on_after(how: str, stand: Stand) -> None:
    await scenarios.the_scan_ends_without_a_word(stand, how)


async def test_Z5_a_second_bridge_waits_for_the_first_to_end(stand: Stand) -> None:
    await scenarios.a_second_bridge_comes(stand)


async def test_Z6_an_old_table_is_thrown_away(stand: Stand) -> None:
    await scenarios.bluez_shows_an_old_table(stand)


async def test_Z6_a_bond_is_not_thrown_away(stand: Stand) -> None:
    stand.bluez.bonded = True
    await stand.link()
    device = await stand.radio.find(ADDRESS, 1)
    assert device is not None
    assert not await stand.radio.forget(device)
    assert stand.bluez.count("RemoveDevice") == 0


@pytest.mark.parametrize("member", ["GetManagedObjects", "StartDiscovery", "StopDiscovery", "Connect", "Disconnect"])
async def test_Z7_nobody_is_held_up_by_a_silent(member: str, hasty: Stand) -> None:
    await scenarios.bluetoothd_answers_nothing(hasty, member)


async def test_Z7_an_operation_has_its_own_deadline(stand: Stand) -> None:
    await scenarios.an_operation_is_not_answered(stand)


async def test_Z8_in_progress_is_no_failure(stand: Stand) -> None:
    await scenarios.bluez_is_busy(stand)


async def test_Z9_what_is_remembered_is_not_in_the_air(stand: Stand) -> None:
    await scenarios.bluez_remembers_a_device_that_is_away(stand)


async def test_Z9_an_impossible_strength_is_the_faintest(stand: Stand) -> None:
    await scenarios.the_strength_is_impossible(stand)


async def test_Z12_a_link_without_services_is_given_up_and_sought_again(hasty: Stand) -> None:
    await scenarios.services_are_never_resolved(hasty)


@pytest.mark.parametrize("why", ["le-connection-abort-by-local", "Software caused connection abort", "Input/output error"])
async def test_Z12_a_connect_that_fails_is_tried_again(why: str, hasty: Stand) -> None:
    await scenarios.connecting_fails(hasty, why)


async def test_Z7_an_answer_may_come_late_but_not_too_late(stand: Stand) -> None:
    await scenarios.answers_come_late(stand)


async def test_Z13_a_panel_out_of_range_is_found_again(stand: Stand) -> None:
    await scenarios.the_panel_goes_and_comes(stand)


async def test_Z14_what_a_person_must_do_is_said(stand: Stand) -> None:
    await scenarios.bluetooth_is_switched_off(stand)
