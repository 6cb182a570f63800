//! The cache folder: for data that can be recreated.

use std::path::PathBuf;

use anyhow::{Context, Result};
use etcetera::BaseStrategy;

/// The environment variable that names another cache folder.
pub const CACHE_VARIABLE: &str = "FOLDBACK_CACHE";

/// The folder for data that can be recreated: `FOLDBACK_CACHE`, or `foldback` in the user's cache folder.
///
/// # Errors
/// The user has no home folder.
pub fn cache_folder() -> Result<PathBuf> {
    if let Some(folder) = std::env::var_os(CACHE_VARIABLE).filter(|folder| !folder.is_empty()) {
        return Ok(PathBuf::from(folder));
    }
    let strategy = etcetera::choose_base_strategy()
        .with_context(|| format!("there is no cache folder; name one in {CACHE_VARIABLE}"))?;
    Ok(strategy.cache_dir().join("foldback"))
}
