import { addWords, type Words } from "../src/kit/i18n";

// Tests speak every sentence at once, without waiting for a file.
const files = import.meta.glob<Words>("/src/**/messages/*.json", { eager: true, import: "default" });
for (const [path, words] of Object.entries(files)) addWords(path.replace(/^.*\/|\.json$/g, ""), words);
