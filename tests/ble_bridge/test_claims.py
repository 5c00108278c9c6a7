"""Which grants are acted on. Numbers are rules of `docs/bridge.md`."""

from uuid import UUID, uuid4

from ble_bridge.claims import Claims

COMMAND = UUID(int=1)


def test_B11_a_grant_belongs_to_the_claim_that_was_sent() -> None:
    claims = Claims()
    claim_id = claims.claim(COMMAND, 500)
    assert claim_id is not None
    claimed = claims.granted(claim_id, COMMAND)
    assert claimed is not None
    assert claimed.sent_ms == 500, "life is counted from here"


def test_B11_a_grant_that_nobody_asked_for_is_none() -> None:
    claims = Claims()
    claim_id = claims.claim(COMMAND, 500)
    assert claim_id is not None
    assert claims.granted(uuid4(), COMMAND) is None
    assert claims.granted(claim_id, UUID(int=2)) is None


def test_B13_a_command_is_claimed_once_at_a_time_and_used_once() -> None:
    claims = Claims()
    claim_id = claims.claim(COMMAND, 500)
    assert claim_id is not None
    assert claims.claim(COMMAND, 501) is None
    assert claims.granted(claim_id, COMMAND) is not None
    assert claims.granted(claim_id, COMMAND) is None
    assert claims.claim(COMMAND, 502) is None


def test_B16_what_was_claimed_on_a_lost_line_may_be_claimed_again() -> None:
    claims = Claims()
    lost = claims.claim(COMMAND, 500)
    assert lost is not None
    claims.line_lost()
    assert claims.granted(lost, COMMAND) is None
    assert claims.claim(COMMAND, 900) is not None


def test_a_denied_claim_may_be_made_again() -> None:
    claims = Claims()
    claim_id = claims.claim(COMMAND, 500)
    assert claim_id is not None
    claims.denied(claim_id)
    assert claims.claim(COMMAND, 600) is not None
