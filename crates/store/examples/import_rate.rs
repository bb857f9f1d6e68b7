//! Measures how fast a store takes projects.
//!
//! `cargo run --release -p thiap-store --example import_rate [-- FILE.csv]`: without a file, 100,000 rows as the open budget has
//! them; with one, the rows of a CSV file with the columns id, fiscal_year_be, ministry, agency, plan, kind, title, items,
//! amount_baht.

use std::error::Error;
use std::time::{Duration, Instant};

use thiap_domain::{
    Activity, Baht, BudgetLine, FiscalYear, Owner, PlanLevel, PlanLink, Project, ProjectCode,
};
use thiap_store::{IntegrityDepth, Store, StoreLocation};

const BATCH_ROWS: usize = 5_000;

/// Time by the clock and, on Linux, time of the processor, which other programs on the machine do not lengthen.
struct Watch {
    started: Instant,
    processor_before: Option<Duration>,
}

impl Watch {
    fn start() -> Self {
        Self { started: Instant::now(), processor_before: processor_time() }
    }

    fn tell(&self, what: &str, rows: usize) {
        let clock = self.started.elapsed();
        let rate = |time: Duration| rows as f64 / time.as_secs_f64();
        print!("{what:<24} {:>7.2} s {:>9.0} rows/s", clock.as_secs_f64(), rate(clock));
        if let Some((before, now)) = self.processor_before.zip(processor_time()) {
            let used = now.saturating_sub(before);
            print!("   processor {:>6.2} s {:>9.0} rows/s", used.as_secs_f64(), rate(used));
        }
        println!("   {rows} rows");
    }
}

/// Time of all threads of this process in user and system mode (`man 5 proc_pid_stat`: fields 14 and 15, in ticks of 10 ms).
fn processor_time() -> Option<Duration> {
    let line = std::fs::read_to_string("/proc/self/stat").ok()?;
    let (_, after_name) = line.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace().skip(11);
    let ticks = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut rows = match std::env::args_os().nth(1) {
        Some(path) => read(csv::Reader::from_path(path)?)?,
        None => (0..100_000).map(invented).collect::<Result<_, _>>()?,
    };
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("record.sqlite");
    let store = Store::open(&StoreLocation::Sqlite(path.clone())).await?;
    import("new rows", &store, &rows).await?;
    import("the same again", &store, &rows).await?;
    for row in rows.iter_mut().step_by(2) {
        row.title.push_str(" (แก้ไข)");
    }
    import("every second changed", &store, &rows).await?;

    let watch = Watch::start();
    let (mut read, mut last) = (0, 0);
    loop {
        let changes = store.changes_after(last, 1_000).await?;
        let Some(change) = changes.last() else { break };
        last = change.change_number;
        read += changes.len();
    }
    watch.tell("read from the feed", read);
    for depth in [IntegrityDepth::Structure, IntegrityDepth::Records] {
        let watch = Watch::start();
        let sound = store.check_integrity(depth).await?.is_sound();
        watch.tell(&format!("check of {depth:?}"), rows.len());
        assert!(sound, "the store must be sound");
    }
    println!("{:?}", store.counts().await?);
    store.close().await;
    println!("file of {:.1} MB", std::fs::metadata(path)?.len() as f64 / 1e6);
    Ok(())
}

async fn import(what: &str, store: &Store, rows: &[Project]) -> Result<(), Box<dyn Error>> {
    let watch = Watch::start();
    for batch in rows.chunks(BATCH_ROWS) {
        store.upsert_projects(batch).await?;
    }
    watch.tell(what, rows.len());
    Ok(())
}

fn project(
    code: &str,
    year: &str,
    owner: Owner,
    plan: &str,
    title: &str,
    items: &str,
    amount: &str,
) -> Result<Project, Box<dyn Error>> {
    let fiscal_year_be: Option<FiscalYear> = year.parse().ok();
    Ok(Project {
        owner,
        fiscal_year_be,
        activities: items
            .split(" | ")
            .filter(|name| !name.is_empty())
            .map(|name| Activity { name: name.to_owned(), ..Activity::default() })
            .collect(),
        budgets: Baht::parse(amount)
            .map(|baht| {
                vec![BudgetLine {
                    fiscal_year_be, source: "เงินงบประมาณ".to_owned(), baht
                }]
            })
            .unwrap_or_default(),
        plan_links: vec![PlanLink { level: PlanLevel::Agency, name: plan.to_owned() }],
        ..Project::titled(ProjectCode::new(code)?, title.to_owned())
    })
}

fn read(mut table: csv::Reader<std::fs::File>) -> Result<Vec<Project>, Box<dyn Error>> {
    let mut rows = Vec::new();
    for record in table.records() {
        let record = record?;
        let field = |place| record.get(place).unwrap_or("");
        let owner = Owner { ministry: field(2).into(), department: field(3).into(), division: String::new() };
        rows.push(project(field(0), field(1), owner, field(4), field(6), field(7), field(8))?);
    }
    Ok(rows)
}

fn invented(number: usize) -> Result<Project, Box<dyn Error>> {
    let owner = Owner {
        ministry: format!("กระทรวงที่ {}", number % 20),
        department: format!("กรมที่ {}", number % 300),
        division: format!("กองที่ {}", number % 2_400),
    };
    let items = "ค่าอาหารทำการนอกเวลา | ค่าเบี้ยประชุมกรรมการ | ค่าตอบแทนเหมาจ่ายแทนการจัดหารถประจำตำแหน่ง | \
                 ค่าเบี้ยเลี้ยง ค่าเช่าที่พักและค่าพาหนะ | ค่าซ่อมแซมครุภัณฑ์ | ค่าจ้างเหมาบริการ";
    project(
        &format!("R-{number:06}"),
        &format!("{}", 2560 + number % 8),
        owner,
        "แผนงานพื้นฐานด้านการสร้างความสามารถในการแข่งขัน",
        &format!("โครงการพัฒนาแหล่งน้ำและขุดลอกคลอง ระยะที่ {number} จังหวัดเชียงใหม่"),
        items,
        &format!("{}", 1_000_000 + number),
    )
}
