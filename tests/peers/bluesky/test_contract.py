"""The contract of every public channel, held on Bluesky's real network."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.contract.test_public_channels import (  # noqa: F401
    test_a_citizens_question_arrives_as_a_mention,
    test_a_crash_between_post_and_record_leaves_one_answer,
    test_a_page_that_the_store_refused_comes_again,
    test_a_post_is_unchanged_then_edited_then_gone,
    test_a_post_that_the_citizen_changes_is_reported_with_its_new_words,
    test_a_post_that_the_citizen_takes_back_is_reported,
    test_a_post_that_was_taken_back_while_balie_was_down_is_reported,
    test_a_retracted_answer_is_gone_and_may_be_retracted_again,
    test_a_second_part_stands_under_the_first,
    test_a_text_of_the_full_length_stands_and_one_more_is_refused_not_cut,
    test_an_answer_stands_under_the_citizens_post_exactly_as_approved,
    test_looking_tells_there_and_not_there,
    test_the_same_post_has_the_same_event_id_after_everything_was_forgotten,
    test_two_answers_with_the_same_words_are_two_answers,
    test_what_the_citizen_says_to_our_answer_belongs_to_the_same_thread,
    test_what_was_written_while_balie_was_down_arrives_afterwards,
    test_what_we_post_ourselves_is_our_own_post_and_no_mention,
)
from tests.peers.bluesky.network import Network
from tests.peers.bluesky.stage import RealBlueskyStage

pytestmark = pytest.mark.peer("bluesky")


@pytest.fixture
async def stage(network: Network) -> AsyncIterator[RealBlueskyStage]:
    async with RealBlueskyStage(network) as stage:
        yield stage
