//! Pages of the planning feature: what each shows, as plain values.

mod calendar;
mod dashboard;
mod timeline;

pub use calendar::{CalendarPage, DayView, EntryView, MovePage, Tab};
pub use dashboard::{Card, DashboardPage, RecentRow, RunningRow, StepView, StripDay, Task};
pub use timeline::{TimelinePage, TimelineRow};
