//! The screen.

use super::view::View;
use crate::user::units::show_usd;
use ratatui::{
    backend::Backend,
    layout::{Constraint, Direction, Layout, Rect},
    style::{Color, Modifier, Style},
    text::{Line, Span},
    widgets::{Block, Borders, Cell, Paragraph, Row, Table},
    Frame,
};

/// Draws a view.
pub fn draw<B: Backend>(frame: &mut Frame<B>, view: &View) {
    let markets = view.markets.len() as u16 + 3;
    let heights = [Constraint::Length(1), Constraint::Length(markets), Constraint::Min(4), Constraint::Length(1)];
    let parts = Layout::default().direction(Direction::Vertical).constraints(heights).split(frame.size());
    let halves = [Constraint::Percentage(60), Constraint::Percentage(40)];
    let bottom = Layout::default().direction(Direction::Horizontal).constraints(halves).split(parts[2]);
    let title = format!(
        "Firebreak at {}  slot {}  all markets: {}  insurance {} USD  {} accounts",
        view.url, view.slot, view.global, view.insurance, view.accounts
    );
    let bold = Style::default().add_modifier(Modifier::BOLD);
    frame.render_widget(Paragraph::new(Line::from(Span::styled(title, bold))), parts[0]);
    draw_markets(frame, view, parts[1]);
    draw_worst(frame, view, bottom[0]);
    draw_keepers(frame, view, bottom[1]);
    let foot = match &view.trouble {
        Some(why) => Span::styled(why.clone(), Style::default().fg(Color::Red)),
        None => Span::raw("q leaves"),
    };
    frame.render_widget(Paragraph::new(Line::from(foot)), parts[3]);
}

fn framed(title: &'static str) -> Block<'static> {
    Block::default().borders(Borders::ALL).title(title)
}

fn heading(cells: &[&'static str]) -> Row<'static> {
    Row::new(cells.iter().map(|c| Cell::from(*c))).style(Style::default().add_modifier(Modifier::BOLD))
}

/// Calm things are plain; what needs a look is coloured.
fn alarm(text: &str) -> Style {
    match text {
        "normal" | "primary" | "healthy" | "yes" => Style::default(),
        "caution" | "degraded" | "liquidating" => Style::default().fg(Color::Yellow),
        _ => Style::default().fg(Color::Red),
    }
}

fn draw_markets<B: Backend>(frame: &mut Frame<B>, view: &View, area: Rect) {
    let rows = view.markets.iter().map(|m| {
        let whole = if m.whole { "yes" } else { "no" };
        let breaker = match &m.until {
            Some(until) => format!("{} ({until})", m.level),
            None => m.level.to_string(),
        };
        Row::new([
            Cell::from(m.name.clone()),
            Cell::from(m.price.clone()),
            Cell::from(m.quality).style(alarm(m.quality)),
            Cell::from(breaker).style(alarm(m.level)),
            Cell::from(m.interest.clone()),
            Cell::from(m.sigma.clone()),
            Cell::from(m.deficit.clone()),
            Cell::from(whole).style(alarm(whole)),
        ])
    });
    let widths = [10, 16, 9, 22, 22, 10, 14, 6].map(Constraint::Length);
    let head = heading(&["market", "price USD", "quality", "breaker", "open interest", "sigma", "deficit USD", "whole"]);
    frame.render_widget(Table::new(rows).widths(&widths).header(head).block(framed("markets")), area);
}

fn draw_worst<B: Backend>(frame: &mut Frame<B>, view: &View, area: Rect) {
    let rows = view.worst.iter().map(|a| {
        Row::new([
            Cell::from(format!("{} %", a.ratio)),
            Cell::from(a.state).style(alarm(a.state)),
            Cell::from(a.maint.clone()),
            Cell::from(a.notional.clone()),
            Cell::from(a.account.clone()),
        ])
    });
    let widths =
        [Constraint::Length(8), Constraint::Length(11), Constraint::Length(16), Constraint::Length(16), Constraint::Min(12)];
    let head = heading(&["of maint", "state", "maint USD", "worth USD", "account"]);
    let title = "worst accounts (below 100 % of maint: liquidatable)";
    frame.render_widget(Table::new(rows).widths(&widths).header(head).block(framed(title)), area);
}

fn draw_keepers<B: Backend>(frame: &mut Frame<B>, view: &View, area: Rect) {
    let rows = view.keepers.iter().map(|k| Row::new([k.wins.to_string(), show_usd(k.earned), k.keeper.clone()]));
    let widths = [Constraint::Length(5), Constraint::Length(14), Constraint::Min(12)];
    let head = heading(&["wins", "earned USD", "keeper"]);
    frame.render_widget(Table::new(rows).widths(&widths).header(head).block(framed("keepers' wins")), area);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::watch::view::{AccountLine, KeeperLine, MarketLine};
    use ratatui::{backend::TestBackend, Terminal};

    fn view() -> View {
        View {
            url: "http://127.0.0.1:8899".into(),
            slot: 4_711,
            global: "normal",
            insurance: "250000".into(),
            accounts: 12,
            markets: vec![
                MarketLine {
                    name: "BTC-PERP".into(),
                    price: "120000.5".into(),
                    quality: "primary",
                    level: "normal",
                    whole: true,
                    ..Default::default()
                },
                MarketLine {
                    name: "AVAX-PERP".into(),
                    price: "24.1".into(),
                    quality: "degraded",
                    level: "halt",
                    until: Some("4 min 3 s".into()),
                    deficit: "1200.5".into(),
                    ..Default::default()
                },
            ],
            worst: vec![AccountLine {
                account: "Worst111".into(),
                ratio: 87,
                state: "liquidating",
                maint: "-12.5".into(),
                notional: "900".into(),
            }],
            keepers: vec![KeeperLine { keeper: "Keeper111".into(), wins: 3, earned: 1_750_000 }],
            trouble: None,
        }
    }

    fn screen(view: &View, width: u16, height: u16) -> String {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| draw(frame, view)).unwrap();
        let buffer = terminal.backend().buffer().clone();
        (0..height).map(|y| (0..width).map(|x| buffer.get(x, y).symbol.clone()).collect::<String>() + "\n").collect()
    }

    #[test]
    fn everything_that_is_known_is_on_the_screen() {
        let screen = screen(&view(), 140, 20);
        for text in [
            "slot 4711",
            "250000 USD",
            "BTC-PERP",
            "120000.5",
            "halt (4 min 3 s)",
            "degraded",
            "1200.5",
            "87 %",
            "liquidating",
            "Worst111",
        ] {
            assert!(screen.contains(text), "{text} is missing from\n{screen}");
        }
        for text in ["Keeper111", "1.75", "q leaves", "keepers' wins"] {
            assert!(screen.contains(text), "{text} is missing from\n{screen}");
        }
    }

    #[test]
    fn trouble_is_said_and_small_screens_survive() {
        let troubled = View { trouble: Some("the server did not answer".into()), ..view() };
        assert!(screen(&troubled, 140, 20).contains("the server did not answer"));
        for (width, height) in [(1, 1), (20, 3), (80, 8)] {
            screen(&troubled, width, height);
        }
        assert!(screen(&View::default(), 80, 10).contains("markets"));
    }
}
