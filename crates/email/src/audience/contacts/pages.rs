use kernel::doors::Pages;

pub fn routes() -> Pages {
    Pages::new()
}
