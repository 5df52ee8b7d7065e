import { TaskItem, TaskList } from "@tiptap/extension-list";

/** Task lists are lists with classes, which say the same to the site's theme as checkboxes do here. */
export const EditorTaskList = TaskList.extend({
  parseHTML: () => [{ tag: "ul.task-list", priority: 61 }],
  renderHTML: () => ["ul", { class: "task-list" }, 0],
});

export const EditorTaskItem = TaskItem.extend({
  addAttributes: () => ({
    checked: {
      default: false,
      keepOnSplit: false,
      parseHTML: (element: HTMLElement) => element.classList.contains("task-done"),
      renderHTML: ({ checked }: Record<string, unknown>) => ({ class: checked ? "task task-done" : "task" }),
    },
  }),
  parseHTML: () => [{ tag: "li.task", priority: 61 }],
  renderHTML: ({ HTMLAttributes }) => ["li", HTMLAttributes, 0],
}).configure({ nested: true, a11y: { checkboxLabel: (node) => `Done: ${node.firstChild?.textContent || "empty task"}` } });
