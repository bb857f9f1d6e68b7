//! Decisions as labelled files, which training and evaluation read.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use thiap_domain::{Project, ProjectCode};
use thiap_store::CanonicalRecord;

use super::draft_code;
use super::standing::{PairKey, Standing, standing};
use crate::answer::DecisionExport;
use crate::engine::Engine;
use crate::error::EngineError;

/// Labels of two projects.
const PAIRS: &str = "pairs-decisions.tsv";
/// Labels of a draft and a project; the drafts lie beside it.
const JUDGEMENTS: &str = "judgements-decisions.tsv";
/// The drafts of the labels.
const DRAFTS: &str = "drafts-decisions.jsonl";

/// Where the first side of a decision comes from.
enum FirstSide {
    /// A decision kept its record.
    Draft(Box<Project>),
    /// It is, or was, a project of the store.
    Project,
    /// Nobody knows its text.
    Unknown,
}

impl Engine {
    /// Writes what reviewers decided as labelled files into a folder, which is made when it is not there: `pairs-decisions.tsv`
    /// for pairs of projects, `judgements-decisions.tsv` with `drafts-decisions.jsonl` for drafts. One label a pair: what most
    /// reviewers decided, among equals the weakest relation; the answer names the pairs on which they disagree.
    ///
    /// # Errors
    /// [`EngineError::File`] when the folder cannot be written, [`EngineError::Store`] when the store cannot be read.
    pub async fn export_decisions(&self, folder: &Path) -> Result<DecisionExport, EngineError> {
        let decisions = self.all_decisions().await?;
        let labels = standing(&decisions);
        let mut sides: BTreeMap<&str, FirstSide> = BTreeMap::new();
        for (draft_id, _) in labels.keys() {
            if !sides.contains_key(draft_id) {
                sides.insert(draft_id, self.first_side(&draft_code(draft_id)?).await?);
            }
        }
        let mut export = DecisionExport {
            files: Vec::new(),
            pairs: 0,
            judgements: 0,
            drafts: 0,
            without_draft: 0,
            disagreements: labels
                .iter()
                .filter_map(|(pair, standing)| standing.disagreement(*pair))
                .collect(),
        };
        let mut pairs = String::from("project_code_a\tproject_code_b\trelation\treviewers\tcomment\n");
        let mut judgements = String::from("draft_id\tproject_code\trelation\treviewers\tcomment\n");
        for (pair, standing) in &labels {
            match sides.get(pair.0) {
                Some(FirstSide::Project) => {
                    export.pairs += 1;
                    pairs.push_str(&label_line(*pair, standing));
                }
                Some(FirstSide::Draft(_)) => {
                    export.judgements += 1;
                    judgements.push_str(&label_line(*pair, standing));
                }
                Some(FirstSide::Unknown) | None => export.without_draft += 1,
            }
        }
        let mut drafts = String::new();
        for side in sides.values() {
            if let FirstSide::Draft(draft) = side {
                export.drafts += 1;
                drafts.push_str(&draft_line(draft)?);
            }
        }
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| EngineError::File { path, source }
        };
        std::fs::create_dir_all(folder).map_err(failed(folder))?;
        for (name, text, count) in [
            (PAIRS, pairs, export.pairs),
            (DRAFTS, drafts, export.drafts),
            (JUDGEMENTS, judgements, export.judgements),
        ] {
            let path = folder.join(name);
            if count > 0 {
                std::fs::write(&path, text).map_err(failed(&path))?;
                export.files.push(path);
            } else if path.exists() {
                // labels of another store must not stay beside these
                std::fs::remove_file(&path).map_err(failed(&path))?;
            }
        }
        Ok(export)
    }

    async fn first_side(&self, draft_id: &ProjectCode) -> Result<FirstSide, EngineError> {
        if let Some(draft) = self.store().decided_draft(draft_id).await? {
            return Ok(FirstSide::Draft(Box::new(draft)));
        }
        let is_project = !self.store().versions(draft_id).await?.is_empty();
        Ok(if is_project { FirstSide::Project } else { FirstSide::Unknown })
    }
}

/// A label with how many decided, and their reasons.
fn label_line((draft_id, project_code): PairKey<'_>, standing: &Standing<'_>) -> String {
    let reasons: Vec<String> = standing
        .decisions()
        .map(|decision| {
            format!("{} ({}): {}", decision.reviewer, decision.relation, one_line(&decision.reason))
        })
        .collect();
    let (relation, _) = standing.majority();
    format!("{draft_id}\t{project_code}\t{relation}\t{}\t{}\n", reasons.len(), reasons.join("; "))
}

/// A text that stays in its cell.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The draft's record with `draft_id` for its code, as drafts have it.
fn draft_line(draft: &Project) -> Result<String, EngineError> {
    let unwritable = |reason: &dyn std::fmt::Display| {
        EngineError::Request(format!("the draft {} cannot be written: {reason}", draft.project_code))
    };
    let record = CanonicalRecord::of(draft).map_err(|error| unwritable(&error))?;
    let mut object: serde_json::Map<String, Value> =
        serde_json::from_str(&record.json).map_err(|error| unwritable(&error))?;
    object.remove("project_code");
    object.insert("draft_id".to_owned(), Value::from(draft.project_code.as_str()));
    Ok(format!("{}\n", Value::Object(object)))
}

#[cfg(test)]
mod tests {
    use thiap_domain::{Activity, Area, Baht, BudgetLine, FiscalYear, Relation, TargetGroup};

    use super::super::standing::tests::decided;
    use super::*;
    use crate::record::project_from_object;

    #[test]
    fn a_draft_reads_back_from_its_line() {
        let draft = Project {
            fiscal_year_be: FiscalYear::from_be(2569).ok(),
            objectives: vec!["เพื่อ \"ก\"".into(), "ข".into()],
            activities: vec![Activity {
                name: "ขุด".into(),
                months: Some("ต.ค.".into()),
                baht: Some(Baht::from_satang(150_050)),
            }],
            target_group: TargetGroup { text: "ผู้สูงอายุ".into(), number: Some(500) },
            areas: vec![Area { province: "แพร่".into(), ..Area::default() }],
            budgets: vec![BudgetLine {
                fiscal_year_be: FiscalYear::from_be(2569).ok(),
                source: "เงินงบประมาณ".into(),
                baht: Baht::from_satang(100),
            }],
            ..Project::titled(ProjectCode::new("D-1").unwrap(), "ขุดลอกคลอง".into())
        };
        let line = draft_line(&draft).unwrap();
        assert_eq!(line.matches('\n').count(), 1);
        let object: serde_json::Map<String, Value> = serde_json::from_str(&line).unwrap();
        assert_eq!(project_from_object(&object), Ok(draft));
    }

    #[test]
    fn reasons_stay_in_their_cell() {
        let mut decisions =
            decided(&[("D", "A", "ก", Relation::Overlap), ("D", "A", "ข", Relation::Overlap)]);
        decisions[0].reason = "สาย\tเดียวกัน\r\nคนละปี".into();
        let labels = standing(&decisions);
        let (pair, standing) = labels.first_key_value().unwrap();
        let line = label_line(*pair, standing);
        assert_eq!(line.trim_end().split('\t').count(), 5);
        assert_eq!(line.lines().count(), 1);
        assert!(line.contains("ก (overlap): สาย เดียวกัน คนละปี; ข"), "{line}");
    }
}
