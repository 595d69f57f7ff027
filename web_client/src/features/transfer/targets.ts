import type { TransferTargetsBody } from "@/core/protocol";

type Clerk = TransferTargetsBody["clerks"][number];
type Queue = TransferTargetsBody["queues"][number];

/** To whom a ticket is given on; `key` tells them apart. */
export type Target = { readonly key: string } & (
  | { readonly kind: "clerk"; readonly clerk: Clerk }
  | { readonly kind: "queue"; readonly queue: Queue }
);

/** All targets, clerks first. */
export function targetsIn({ clerks, queues }: TransferTargetsBody): Target[] {
  return [
    ...clerks.map((clerk): Target => ({ key: clerk.clerk_id, kind: "clerk", clerk })),
    ...queues.map(
      (queue): Target => ({ key: `${queue.site_id}/${queue.department_id}`, kind: "queue", queue }),
    ),
  ];
}

/** The targets that hold every word of what was typed: in name, window, department or site, in either language. */
export function fittingTargets(targets: readonly Target[], typed: string): Target[] {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return targets.filter((one) => {
    const text = wordsOf(one).join("\n").toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}

function wordsOf(one: Target): string[] {
  if (one.kind === "clerk") {
    const { name, window_name: window, site_name: site } = one.clerk;
    return [name, window.zh, window.en, site.zh, site.en];
  }
  const { site_name: site, department_name: department } = one.queue;
  return [site.zh, site.en, department.zh, department.en];
}
