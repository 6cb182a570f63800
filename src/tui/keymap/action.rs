//! The actions of keys while the panes are in use, and the sections of the help.

/// The actions of keys while the panes are in use; `bindings.rs` says what each of them does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyAction {
    StepBack,
    StepOn,
    StreamBack,
    StreamOn,
    ColumnBack,
    ColumnOn,
    PageBack,
    PageOn,
    Beginning,
    Head,
    Play,
    Slower,
    Faster,
    Up,
    Down,
    NextPane,
    PreviousPane,
    Open,
    Command,
    Sql,
    Find,
    Filter,
    FindNext,
    FindPrevious,
    PlaceBack,
    PlaceForward,
    Axis,
    ZoomIn,
    ZoomOut,
    ZoomReset,
    Pin,
    FoldFrom,
    ChartField,
    Picture,
    Hold,
    StepProjector,
    SlowProjector,
    SpeedProjector,
    Retry,
    Skip,
    Fault,
    QueryClock,
    Rebuild,
    Copy,
    TakeMouse,
    Help,
    Escape,
    Quit,
    Suspend,
}

/// The sections of the help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Moving the playhead.
    Playhead,
    /// Panes and what is in them.
    Panes,
    /// Commands and finding.
    Asking,
    Ruler,
    /// The query view and the projector.
    ReadSide,
    /// The rest.
    Program,
}

impl Group {
    /// All sections, in the order of the help.
    pub const ALL: [Self; 6] =
        [Self::Playhead, Self::Panes, Self::Asking, Self::Ruler, Self::ReadSide, Self::Program];

    /// The section's heading.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Playhead => "Playhead",
            Self::Panes => "Panes",
            Self::Asking => "Commands and finding",
            Self::Ruler => "Ruler",
            Self::ReadSide => "Query view and projector",
            Self::Program => "Program",
        }
    }
}
