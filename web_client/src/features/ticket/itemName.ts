/** A piece of an item's name; the bold ones are what the eye looks for. */
export interface Piece {
  readonly text: string;
  readonly bold: boolean;
}

/** What is done, at the end of a Chinese name: 高龄津贴|申领, 住房公积金|提取（购房）; by two characters each. */
const DONE =
  "申请申领申报补领换领补办补发换发登记变更查询预约办理备案认定提取转移缴纳打印激活重置开具报销注销续租退租迁移延续挂失签注停发停保复审年审认证验证确认咨询报名签约投诉更正绑定退费代开核定汇算填报首次换证补证";
const DONE_WORDS = new Set(DONE.match(/../gu));
/** What is done, at the beginning of an English name: "Apply for the|old-age allowance". */
const ENGLISH_VERB = /^[A-Z]\w+(?: (?:about|for|from|in|of|out|to|up|with|where|that|how|a|an|the))* /;
/** A word of a query is looked for in a name from this length: one character stands in many. */
const SHORTEST = 2;

/** The name in pieces: what was typed is bold; where nothing of it is in the name, the thing, and not what is done. */
export function pieces(name: string, typed: string): readonly Piece[] {
  const found = foundIn(name, typed);
  return found.some((one) => one.bold) ? found : thing(name);
}

function thing(name: string): readonly Piece[] {
  const verb = ENGLISH_VERB.exec(name)?.[0];
  if (verb) return filled([plain(verb), bold(name.slice(verb.length))]);
  const bare = name.replace(/（[^（）]*）$/u, "");
  let end = bare.length;
  while (end > 2 && DONE_WORDS.has(bare.slice(end - 2, end))) end -= 2;
  return filled([bold(name.slice(0, end)), plain(name.slice(end))]);
}

function foundIn(name: string, typed: string): readonly Piece[] {
  const lower = name.toLowerCase();
  const marked = new Array<boolean>(name.length).fill(false);
  for (const word of typed.toLowerCase().match(/\p{Script=Han}+|[a-z0-9]+/gu) ?? []) {
    for (const part of /^\p{Script=Han}/u.test(word) ? runs(word, lower) : [word]) mark(lower, part, marked);
  }
  const found: Piece[] = [];
  for (let at = 0, from = 0; at < name.length; at += 1) {
    if (at + 1 < name.length && marked[at + 1] === marked[at]) continue;
    found.push({ text: name.slice(from, at + 1), bold: marked[at] ?? false });
    from = at + 1;
  }
  return found;
}

/** The longest runs of a Chinese word that the name has: residents write no spaces. */
function runs(word: string, name: string): readonly string[] {
  const found: string[] = [];
  for (let from = 0; from < word.length; ) {
    let to = word.length;
    while (to - from >= SHORTEST && !name.includes(word.slice(from, to))) to -= 1;
    if (to - from >= SHORTEST) found.push(word.slice(from, to));
    from = Math.max(from + 1, to - from >= SHORTEST ? to : 0);
  }
  return found;
}

function mark(name: string, part: string, marked: boolean[]): void {
  if (part.length < SHORTEST) return;
  for (let at = name.indexOf(part); at >= 0; at = name.indexOf(part, at + 1)) {
    marked.fill(true, at, at + part.length);
  }
}

const bold = (text: string): Piece => ({ text, bold: true });
const plain = (text: string): Piece => ({ text, bold: false });
const filled = (all: readonly Piece[]): readonly Piece[] => all.filter((one) => one.text !== "");
