// Rows of a rule: only the tests that a subject takes, and only the fields that the test takes. Without scripts all are
// there. Rows are exchanged when one is added, so everything listens at the document.

const WITHOUT_VALUE = ["is_empty", "is_not_empty"];

export function startRules(): void {
  document.addEventListener("change", (event) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>("[data-rule]");
    if (row) show(row);
  });
  document.addEventListener("htmx:afterSettle", prepare);
  prepare();
}

function prepare(): void {
  for (const row of document.querySelectorAll<HTMLElement>("[data-rule]")) show(row);
}

function show(row: HTMLElement): void {
  const subject = row.querySelector<HTMLSelectElement>("[data-rule-subject]")!;
  const test = row.querySelector<HTMLSelectElement>("[data-rule-test]")!;
  const kind = subject.selectedOptions[0]?.dataset.kind ?? "";
  for (const group of test.querySelectorAll("optgroup")) {
    const fits = group.dataset.kinds?.split(" ").includes(kind) ?? false;
    group.hidden = !fits;
    group.disabled = !fits;
  }
  if (test.selectedOptions[0]?.parentElement?.matches("optgroup:disabled")) {
    test.value = test.querySelector<HTMLOptionElement>("optgroup:not(:disabled) option")?.value ?? "";
  }
  const value = row.querySelector<HTMLInputElement>("[data-rule-value]")!;
  value.hidden = WITHOUT_VALUE.includes(test.value);
  value.type = ["since", "before"].includes(test.value) ? "date" : "text";
  value.placeholder = kind === "emails" ? "Days, empty for ever" : kind === "visits" ? "https://example.org/prices" : test.value.endsWith("last_days") ? "Days" : "Compared with";
  row.querySelector<HTMLElement>("[data-rule-email]")!.hidden = kind !== "emails";
}
