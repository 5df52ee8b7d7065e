use serde_json::Value;

/// What was done, in words.
pub fn of(action: &str) -> String {
    let known = match action {
        "organization.create" => "Made the organization",
        "organization.change" => "Changed the settings",
        "domain.claim" => "Claimed a domain",
        "domain.prove" => "Proved a domain",
        "domain.remove" => "Removed a domain",
        "export.create" => "Asked for an export",
        "import.archive" => "Imported an archive",
        "member.change_role" => "Changed a member's role",
        "member.remove" => "Removed a member",
        "member.leave" => "Left the organization",
        "member.add" => "Added a member",
        "invitation.create" => "Invited somebody",
        "invitation.revoke" => "Revoked an invitation",
        "invitation.accept" => "Accepted an invitation",
        "content.preview" => "Made a preview link",
        "content.revoke_preview" => "Took a preview link back",
        "content.publish_changes" => "Published draft changes",
        "content.schedule_changes" => "Scheduled draft changes",
        "content.unschedule_changes" => "Took draft changes off the schedule",
        "content.submit_changes" => "Submitted draft changes",
        "content.approve_changes" => "Approved draft changes",
        "content.send_back_changes" => "Sent draft changes back",
        "content.discard_changes" => "Discarded draft changes",
        "api_key.create" => "Made an API key",
        "api_key.revoke" => "Revoked an API key",
        "release.create" => "Made a release",
        "release.change" => "Renamed a release",
        "release.add_items" => "Put items into a release",
        "release.remove_item" => "Took an item out of a release",
        "release.schedule" => "Scheduled a release",
        "release.cancel" => "Cancelled a release's time",
        "release.publish" => "Published a release",
        "release.fail" => "Could not publish a release",
        "release.delete" => "Deleted a release",
        _ => return plain(action),
    };
    known.to_owned()
}

/// `content.request_changes` of another feature as "Request changes: content".
fn plain(action: &str) -> String {
    let (thing, deed) = action.split_once('.').unwrap_or(("", action));
    let deed = deed.replace(['_', '.'], " ");
    let mut letters = deed.chars();
    let deed: String = letters.next().map(char::to_uppercase).into_iter().flatten().chain(letters).collect();
    if thing.is_empty() { deed } else { format!("{deed}: {}", thing.replace('_', " ")) }
}

/// To whom or what it was done, as far as the details tell.
pub fn target(details: Option<&Value>) -> String {
    let text = |name: &str| details.and_then(|details| details[name].as_str()).unwrap_or_default();
    let called = ["title", "name", "email", "slug"].into_iter().map(text).find(|text| !text.is_empty());
    let called = called.unwrap_or_default();
    match (text("from"), text("to")) {
        (from, to) if !from.is_empty() && !to.is_empty() => {
            format!("{called}: {from} → {to}").trim_start_matches(": ").to_owned()
        }
        _ => called.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn entries_read_as_sentences() {
        assert_eq!(of("api_key.revoke"), "Revoked an API key");
        assert_eq!(of("content.request_changes"), "Request changes: content");
        assert_eq!(
            target(Some(&json!({ "email": "a@b.org", "from": "ADMIN", "to": "OWNER" }))),
            "a@b.org: ADMIN → OWNER"
        );
        assert_eq!(target(Some(&json!({ "title": "Hello" }))), "Hello");
        assert_eq!(target(None), "");
    }
}
