//! `goldpath presets`.

use std::path::Path;

use clap::{Args, Subcommand};
use serde_json::json;

use super::args::PackSource;
use super::interview::{default_preset, default_stack};
use super::output::{FAINT, NAME, Output, STRONG};
use super::sources;
use crate::error::Error;
use crate::exit::Exit;
use crate::pack::{Pack, Preset, Setting};
use crate::plan::figures::figures;
use crate::plan::{Facts, Given, Plan};
use crate::project::project_tree;

/// Show what the presets hold, side by side.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  goldpath presets
  goldpath presets compare
  goldpath presets show enterprise")]
pub struct PresetsArgs {
    #[command(subcommand)]
    command: Option<PresetsCommand>,
    #[command(flatten)]
    pack: PackSource,
}

#[derive(Debug, Subcommand)]
enum PresetsCommand {
    /// The presets, a line each
    #[command(after_help = "Example:\n  goldpath presets list --format json")]
    List,
    /// One preset: its components, why each is there, and every setting
    #[command(after_help = "Example:\n  goldpath presets show enterprise")]
    Show {
        /// The preset
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// All presets side by side, with figures computed from what each renders
    #[command(after_help = "Example:\n  goldpath presets compare")]
    Compare,
}

impl PresetsArgs {
    pub(super) fn run(self, output: Output) -> Result<Exit, Error> {
        let pack = sources::open(&self.pack)?;
        match self.command {
            None | Some(PresetsCommand::List) => list(output, &pack),
            Some(PresetsCommand::Show { name }) => show(output, &pack, &name)?,
            Some(PresetsCommand::Compare) => compare(output, &pack)?,
        }
        Ok(Exit::Done)
    }
}

fn list(output: Output, pack: &Pack) {
    let default = default_preset(pack);
    for preset in &pack.presets {
        let mark = if preset.name == default { " (default)" } else { "" };
        output.text(format!("{NAME}{}{NAME:#}{mark}\n  {}: {}", preset.name, preset.title, preset.summary));
    }
    let presets: Vec<_> = pack
        .presets
        .iter()
        .map(|preset| {
            json!({ "name": preset.name, "title": preset.title, "summary": preset.summary,
                    "extends": preset.extends, "default": preset.name == default })
        })
        .collect();
    output.json(|| json!({ "schema_version": 1, "presets": presets }));
}

fn example_plan<'p>(pack: &'p Pack, preset: &str) -> Result<Plan<'p>, Error> {
    let facts = Facts::of_example("example-service");
    Plan::resolve(pack, preset, &default_stack(pack), &Given::default(), &facts)
}

fn show(output: Output, pack: &Pack, name: &str) -> Result<(), Error> {
    let preset = pack.preset(name)?;
    let plan = example_plan(pack, name)?;
    output.text(format!("{STRONG}{}{STRONG:#} ({})\n{}\n", preset.title, preset.name, preset.summary));
    if let Some(parent) = &preset.extends {
        output.text(format!("everything of `{parent}`, and more\n"));
    }
    output.text(format!("{STRONG}Components{STRONG:#}"));
    let own = |component: &str| preset.components.iter().any(|own| own == component);
    for component in &plan.components {
        let new = if own(&component.name) && preset.extends.is_some() { " +" } else { "" };
        output.text(format!("  {NAME}{}{NAME:#}{new}: {}", component.name, component.why));
    }
    output.text(format!("\n{STRONG}Settings{STRONG:#}, changed with `--set NAME=VALUE` or in goldpath.toml"));
    for resolved in &plan.settings {
        let setting = pack
            .components
            .get(&resolved.component)
            .and_then(|component| component.settings.iter().find(|setting| setting.name == resolved.name));
        let unit = setting.and_then(|setting| setting.unit.as_deref()).map(|unit| format!(" {unit}"));
        let about = setting.map(about).unwrap_or_default();
        output.text(format!(
            "  {NAME}{}{NAME:#} = {}{}\n    {FAINT}{about}{FAINT:#}",
            resolved.name,
            resolved.value,
            unit.unwrap_or_default()
        ));
    }
    let components: Vec<_> = plan
        .components
        .iter()
        .map(|component| json!({ "name": component.name, "title": component.title, "why": component.why }))
        .collect();
    let settings: Vec<_> = plan
        .settings
        .iter()
        .map(|setting| {
            json!({ "name": setting.name, "value": setting.value, "component": setting.component,
                    "from": setting.from.to_string() })
        })
        .collect();
    output.json(|| json!({
        "schema_version": 1, "name": preset.name, "title": preset.title, "summary": preset.summary,
        "extends": preset.extends, "profile": preset.profile, "components": components, "settings": settings,
    }));
    Ok(())
}

/// Help and range of a setting, on one line.
fn about(setting: &Setting) -> String {
    let range = match (setting.min, setting.max) {
        (Some(min), Some(max)) => format!("; {min} to {max}"),
        (Some(min), None) => format!("; at least {min}"),
        (None, Some(max)) => format!("; at most {max}"),
        (None, None) if setting.allowed.is_empty() => String::new(),
        (None, None) => {
            let allowed: Vec<String> = setting.allowed.iter().map(ToString::to_string).collect();
            format!("; one of {}", allowed.join(", "))
        }
    };
    format!("{}{range}", setting.help)
}

fn compare(output: Output, pack: &Pack) -> Result<(), Error> {
    let mut table: Vec<(String, Vec<String>)> = PROFILE_ROWS
        .iter()
        .map(|(title, cell)| ((*title).to_owned(), pack.presets.iter().map(cell).collect()))
        .collect();
    let mut objects = Vec::new();
    for (column, preset) in pack.presets.iter().enumerate() {
        let plan = example_plan(pack, &preset.name)?;
        let figures = figures(&plan, &project_tree(&plan, Path::new("."))?)?;
        for (row, (title, value)) in figures.iter().enumerate() {
            let at = PROFILE_ROWS.len() + row;
            if column == 0 {
                table.push((title.clone(), Vec::new()));
            }
            if let Some((_, cells)) = table.get_mut(at) {
                cells.push(value.clone());
            }
        }
        let figures: serde_json::Map<String, serde_json::Value> =
            figures.into_iter().map(|(title, value)| (title, json!(value))).collect();
        objects.push(json!({ "name": preset.name, "title": preset.title, "profile": preset.profile, "figures": figures }));
    }
    let titles: Vec<String> = pack.presets.iter().map(|preset| preset.title.clone()).collect();
    table.insert(0, (String::new(), titles));
    output.text(columns(&table));
    output.json(|| json!({ "schema_version": 1, "presets": objects }));
    Ok(())
}

type ProfileCell = fn(&Preset) -> String;
const PROFILE_ROWS: [(&str, ProfileCell); 5] = [
    ("Initial build speed", |preset| preset.profile.initial_build_speed.clone()),
    ("Operational stability", |preset| preset.profile.operational_stability.clone()),
    ("Cost", |preset| preset.profile.cost.clone()),
    ("Audit and security response", |preset| preset.profile.audit_and_security.clone()),
    ("Recommended scenario", |preset| preset.profile.scenario.clone()),
];

fn columns(table: &[(String, Vec<String>)]) -> String {
    let head = table.iter().map(|(title, _)| title.chars().count()).max().unwrap_or_default();
    let count = table.iter().map(|(_, cells)| cells.len()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..count)
        .map(|column| {
            table
                .iter()
                .filter_map(|(_, cells)| cells.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or_default()
        })
        .collect();
    let lines: Vec<String> = table
        .iter()
        .enumerate()
        .map(|(row, (title, cells))| {
            let cells: Vec<String> =
                cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
            let line = format!("{title:head$}  {}", cells.join("  "));
            if row == 0 {
                format!("{STRONG}{}{STRONG:#}", line.trim_end())
            } else {
                line.trim_end().to_owned()
            }
        })
        .collect();
    lines.join("\n")
}
