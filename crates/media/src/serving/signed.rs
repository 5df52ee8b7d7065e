//! Addresses of private files, signed and good for a while.

use jiff::{SignedDuration, Timestamp};
use kernel::{App, Error, Result};

use crate::assets::Asset;

const PURPOSE: &str = "media";
/// The longest time that an address may be good for.
pub const GOOD_FOR_MOST: SignedDuration = SignedDuration::from_hours(7 * 24);

/// An address of an asset's file that everybody may use until then. The signature opens what is made from the file, too.
pub fn address(app: &App, asset: &Asset, until: Timestamp) -> String {
    let seconds = until.as_second();
    let signature = app.secret_key.sign(PURPOSE, &message(asset, seconds));
    format!("{}&expires={seconds}&signature={signature}", asset.file_url)
}

/// Refuses an address without a good signature in the words for what is not there, and one that is over with its own.
pub fn must_be_good(app: &App, asset: &Asset, expires: Option<i64>, signature: Option<&str>) -> Result<()> {
    let (Some(expires), Some(signature)) = (expires, signature) else { return Err(Error::NotFound) };
    if !app.secret_key.verifies(PURPOSE, &message(asset, expires), signature) {
        return Err(Error::NotFound);
    }
    if expires <= app.clock.now().as_second() {
        return Err(Error::Forbidden("This address is over. Ask whoever gave it to you for a new one.".into()));
    }
    Ok(())
}

/// What is in the bin has addresses of its own, so that those given out before open it no more.
fn message(asset: &Asset, expires: i64) -> String {
    let place = if asset.is_in_bin { "\nbin" } else { "" };
    format!("{}\n{expires}{place}", asset.store_folder())
}
