//! The promises of the store. The functions under `suite` run over any opened store, whatever keeps it; the other modules are about
//! SQLite files: crashes, full disks, other programs, damaged and foreign files.

// Lints let tests unwrap, but not the functions that tests call.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod sample;
mod sqlite_crash;
mod sqlite_file;
mod sqlite_sharing;
mod suite;

use tempfile::TempDir;
use thiap_store::{Store, StoreLocation};

/// An empty store with the folder that it lives in.
struct Fresh {
    store: Store,
    folder: TempDir,
}

impl Fresh {
    async fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        let store = Store::open(&sqlite_place(&folder)).await.unwrap();
        Self { store, folder }
    }
}

fn sqlite_place(folder: &TempDir) -> StoreLocation {
    StoreLocation::Sqlite(folder.path().join("record.sqlite"))
}

/// Runs each function of the suite over a fresh store of each backend.
macro_rules! over_every_backend {
    ($($module:ident::$test:ident,)*) => {
        mod sqlite {
            $(
                #[tokio::test]
                async fn $test() {
                    let fresh = crate::Fresh::sqlite().await;
                    crate::suite::$module::$test(&fresh.store).await;
                    let report =
                        fresh.store.check_integrity(thiap_store::IntegrityDepth::Records).await.unwrap();
                    assert_eq!(report.problems, Vec::<String>::new());
                }
            )*
        }
    };
}

over_every_backend! {
    records::a_new_store_is_empty_and_knows_its_name,
    records::importing_again_changes_nothing,
    records::a_record_comes_back_exactly,
    records::a_title_alone_is_enough,
    records::every_state_is_kept_with_its_number_and_time,
    records::a_withdrawn_project_leaves_the_record_and_can_come_back,
    records::a_code_twice_in_a_batch_gets_two_versions,
    records::one_bad_record_keeps_its_whole_batch_out,
    records::codes_with_odd_characters_are_kept_apart,
    records::a_text_of_fifty_megabytes_is_kept,
    records::pages_run_through_all_projects_in_code_order,
    records::empty_batches_do_nothing,
    decisions::a_decision_comes_back_as_it_was_made,
    decisions::a_later_decision_of_the_same_reviewer_stands_and_both_stay,
    decisions::decisions_that_say_nothing_or_too_much_are_refused,
    decisions::any_draft_is_kept_with_its_decision,
    decisions::a_report_is_entered_once_and_comes_back_byte_for_byte,
    feed::the_feed_gives_the_latest_state_of_each_project_once,
    feed::the_feed_can_be_read_in_pages_of_any_size,
    feed::a_reader_behind_writers_misses_nothing,
    feed::a_page_of_huge_records_ends_early_but_never_empty,
    agencies::owners_become_agencies_once,
    agencies::white_space_does_not_make_another_agency,
    agencies::a_renamed_agency_is_found_by_both_names_each_in_its_time,
    agencies::a_moved_agency_keeps_its_units_and_its_past,
    agencies::a_merger_keeps_the_past_and_passes_the_charge_on,
    agencies::a_split_names_its_successors,
    agencies::a_name_can_be_used_again_after_its_agency_ended,
    agencies::impossible_reorganisations_are_refused_and_change_nothing,
    plans::the_national_plans_are_there_by_their_official_names,
    plans::links_find_plans_however_their_names_are_written,
    plans::plans_added_later_are_linked_to_records_that_name_them,
    plans::the_edition_valid_in_the_project_year_is_linked,
    plans::impossible_plans_are_refused,
}
