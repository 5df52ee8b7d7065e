// A list of suggestions completes a whole field. In a field of names parted by commas, the names before the last one are
// put before each suggestion, so that every name is completed.
export function startTagNames() {
  const field = document.querySelector<HTMLInputElement>('input[list="tag-names"]');
  const options = field?.list?.options;
  if (!field || !options) return;
  const names = [...options].map((option) => option.value);
  const suggest = () => {
    const end = field.value.lastIndexOf(",") + 1;
    const before = end ? `${field.value.slice(0, end)} ` : "";
    const taken = new Set(field.value.slice(0, end).split(",").map((name) => name.trim().toLowerCase()));
    [...field.list!.options].forEach((option, index) => {
      const name = names[index]!;
      option.disabled = taken.has(name.toLowerCase());
      option.value = before + name;
    });
  };
  field.addEventListener("input", suggest);
  suggest();
}
