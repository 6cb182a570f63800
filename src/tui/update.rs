//! What the model becomes, and what it wants done.
