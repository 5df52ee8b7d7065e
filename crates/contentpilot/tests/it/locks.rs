//! Every tenant table is locked, every key composite, every policy present: the doctor's own list, on the catalogue.

#[tokio::test]
async fn the_doctor_finds_nothing_wrong_with_a_world() {
    let world = crate::world().await;
    let report = contentpilot::doctor::run(&mut *world.superuser().await).await.unwrap();
    assert!(report.ok(), "{report}");
    assert!(report.checks.len() >= 8, "{report}");
}
