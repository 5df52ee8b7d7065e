//! Makes the folder of built assets exist, so that the crate compiles before `npm run build` has been run.

fn main() -> std::io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=assets");
    std::fs::create_dir_all("assets")?;
    if !std::path::Path::new("assets/manifest.json").exists() {
        println!(
            "cargo:warning=the web assets are not built, pages will have no styles: run `npm ci && npm run build`"
        );
    }
    Ok(())
}
