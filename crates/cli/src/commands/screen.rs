//! `screen` and `family`.

use std::sync::Arc;

use thiap_engine::{Engine, EngineError, FamilyAnswer, FamilyChange, Progress, ScreenOptions};

use crate::args::{FamilyArguments, FamilyCommand, Format, ScreenArguments};
use crate::output::{Output, shortened, table};

/// Families that a person is shown in the table; programs get all.
const SHOWN_FAMILIES: usize = 20;

/// Screens projects and writes the families found.
pub async fn screen(
    engine: &Arc<Engine>,
    arguments: &ScreenArguments,
    output: &Output,
    progress: &dyn Progress,
) -> anyhow::Result<()> {
    let mut options = ScreenOptions {
        fiscal_year_be: arguments.fiscal_year,
        audited_projects: arguments.audit.unwrap_or(0),
        ..ScreenOptions::default()
    };
    if let Some(neighbours) = arguments.neighbours {
        options.blocking.neighbours = neighbours;
    }
    let mut shown = Vec::new();
    let summary = engine
        .screen(options, progress, |family| {
            if output.format == Format::Jsonl {
                let stdout = |source| EngineError::File { path: "standard output".into(), source };
                output.line(family).map_err(stdout)?;
            } else {
                shown.push(family.clone());
            }
            Ok(())
        })
        .await?;
    match output.format {
        // the families are the answer; what was done is told beside it
        Format::Jsonl => progress.notice(&serde_json::to_string(&summary)?),
        Format::Json => output.document(&serde_json::json!({ "summary": summary, "families": shown }))?,
        Format::Table => {
            print_families(&shown, output)?;
            output.document(&summary)?;
        }
    }
    Ok(())
}

fn print_families(families: &[FamilyAnswer], output: &Output) -> anyhow::Result<()> {
    let mut rows = table(&[
        "กลุ่ม / family",
        "โครงการหลัก / medoid",
        "โครงการ",
        "หน่วยงาน",
        "วงเงินรวม (บาท)",
        "เกินรายการใหญ่สุด",
    ]);
    for family in families.iter().take(SHOWN_FAMILIES) {
        let title = family.members.first().map(|member| shortened(&member.title, 80)).unwrap_or_default();
        rows.add_row([
            family.family_id.clone(),
            title,
            family.members.len().to_string(),
            family.agencies.to_string(),
            family.budget_baht.to_string(),
            family.budget_beyond_largest_baht.to_string(),
        ]);
    }
    output.text(&rows.to_string())?;
    if families.len() > SHOWN_FAMILIES {
        output
            .text(&format!("… {} more; all of them with --format jsonl", families.len() - SHOWN_FAMILIES))?;
    }
    Ok(())
}

/// Shows, splits and merges families.
pub async fn family(
    engine: &Arc<Engine>,
    arguments: &FamilyArguments,
    output: &Output,
) -> anyhow::Result<()> {
    match &arguments.command {
        FamilyCommand::Show { family } => {
            let family = engine.family(family).await?;
            if output.format == Format::Table {
                print_family(&family, output)
            } else {
                Ok(output.summary(&family)?)
            }
        }
        FamilyCommand::Split { family, projects, decision } => {
            let change = FamilyChange::Split(projects.clone());
            let edit = engine.edit_family(family, &change, &decision.reason, &decision.by).await?;
            written(edit, output)
        }
        FamilyCommand::Merge { family, other, decision } => {
            let change = FamilyChange::Merge(other.clone());
            let edit = engine.edit_family(family, &change, &decision.reason, &decision.by).await?;
            written(edit, output)
        }
        FamilyCommand::Edits => {
            for edit in engine.family_edits().await? {
                output.line(&edit)?;
            }
            Ok(())
        }
    }
}

fn written(edit_id: u64, output: &Output) -> anyhow::Result<()> {
    Ok(output.summary(&serde_json::json!({
        "edit_id": edit_id,
        "next": "thiap screen builds the families anew, with this decision; pairs found before are not compared again",
    }))?)
}

fn print_family(family: &FamilyAnswer, output: &Output) -> anyhow::Result<()> {
    output.text(&format!(
        "กลุ่ม {}: {} โครงการ {} หน่วยงาน วงเงินรวม {} บาท (ส่วนที่เกินรายการใหญ่สุด {} บาท)",
        family.family_id,
        family.members.len(),
        family.agencies,
        family.budget_baht,
        family.budget_beyond_largest_baht
    ))?;
    if !family.differs.is_empty() {
        let names: Vec<&str> = family.differs.iter().map(|aspect| aspect.thai()).collect();
        output.text(&format!("ต่างกันที่: {}", names.join(", ")))?;
    }
    let mut rows =
        table(&["รหัส", "โครงการ", "หน่วยงาน", "ปี", "บาท", "เดือน", "พื้นที่", "กลุ่มเป้าหมาย", "เทียบกับโครงการหลัก"]);
    for member in &family.members {
        let stands = match (member.relation, member.likelihood) {
            (Some(relation), Some(likelihood)) => format!("{} ({likelihood:.2})", relation.thai()),
            _ => "โครงการหลัก".to_owned(),
        };
        rows.add_row([
            member.project_code.clone(),
            shortened(&member.title, 70),
            member.owner.smallest_unit().unwrap_or_default().to_owned(),
            member.fiscal_year_be.map(|year| year.to_string()).unwrap_or_default(),
            member.budget_baht.map(|baht| baht.to_string()).unwrap_or_default(),
            member.months.map(|months| months.to_string()).unwrap_or_default(),
            shortened(&member.areas.join(", "), 40),
            shortened(&member.target_group, 40),
            stands,
        ]);
    }
    output.text(&rows.to_string())?;
    Ok(())
}
