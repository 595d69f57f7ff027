import type { CameraShown, DeskView, GuestView, SlotsView, SlotView } from "@/core/protocol";
import { type Key, t } from "@/kit/i18n";

/** A picture of somebody else that can be shown now. */
export interface Shown {
  readonly mid: string;
  readonly source: "camera" | "document" | "screen" | "room";
  readonly name: string;
  /** Whether the point sends it. */
  readonly resident: boolean;
  /** What its sender is called in the session; null for cameras of the service's own. */
  readonly member: string | null;
  /** As what its sender is in the call; null for its parties. */
  readonly guest: SlotView["guest"];
  readonly paused: SlotView["paused"];
  /** What the picture is called where it is drawn on. */
  readonly surface: string | null;
}

/** Who has a seat before everybody, besides the parties. */
const SEATED: ReadonlySet<SlotView["guest"]> = new Set(["interpreter", "sign_interpreter"]);

/** The call as far as it has fewer seats than people. */
interface Crowd {
  readonly crowded: boolean;
  readonly slots: SlotsView | null;
}

/** The pictures that the slots carry now: papers and screens first, since they are being talked about; then the resident. */
export function shownIn(slots: SlotsView | null): Shown[] {
  const all = (slots?.slots ?? []).flatMap(
    ({ mid, source, participant_name, participant_role, member, guest, paused, surface }): Shown[] =>
      source === null || source === "microphone" || source === "hall"
        ? []
        : [
            {
              mid,
              source,
              name: participant_name ?? "",
              resident: participant_role === "point" && !guest,
              member,
              guest,
              paused,
              surface,
            },
          ],
  );
  const rank = { screen: 0, document: 1, camera: 2, room: 3 };
  const order = (one: Shown) => 2 * rank[one.source] + (one.resident ? 0 : 1);
  return all.sort((one, other) => order(one) - order(other));
}

/** Everybody else in the call, each with their face, or by name where none comes; always in the same order. */
export function peopleIn(slots: SlotsView | null): Shown[] {
  const faces = shownIn(slots).filter((one) => one.source === "camera");
  return (slots?.people ?? []).map(
    ({ member, name, role, guest, paused }) =>
      faces.find((one) => one.member === member) ?? {
        mid: "",
        source: "camera",
        name: name ?? "",
        resident: role === "point" && !guest,
        member,
        guest,
        paused,
        surface: null,
      },
  );
}

/** What is said in place of a face that does not come; nothing where no more is known. */
export function absenceOf({ paused, member, mid }: Shown, { crowded, slots }: Crowd): string {
  if (paused.includes("camera")) return t("cameraPaused");
  if (mid || !crowded) return "";
  return t(slots?.people.some((one) => one.member === member && one.unheard) ? "speaksUnheard" : "namedOnly");
}

/** Whether the page keeps its sender in view; null where nobody needs to ask: there are seats, or they have one anyway. */
export function pinnedOf({ member, source, guest }: Shown, { crowded, slots }: Crowd): boolean | null {
  if (!crowded || source !== "camera" || !guest || SEATED.has(guest)) return null;
  return slots?.people.some((one) => one.member === member && one.pinned) ?? false;
}

/** Somebody beside the parties by name, and as what they are there. */
export function guestName({ name, kind }: GuestView): string {
  return t("guestName", { name, kind: t(`guest_${kind}`) });
}

/** What is said in place of the room's picture; nothing while it is live. */
export const ROOM_WORDS: Record<CameraShown["state"], Key | null> = {
  opening: "roomOpening",
  live: null,
  unreachable: "roomUnreachable",
  sign_in: "roomWrong",
  missing: "roomWrong",
  codec: "roomWrong",
  broken: "roomUnreachable",
};

/** Which sentence tells how the other side is; null while nobody is in hand. */
export function otherSide(desk: DeskView, slots: SlotsView | null) {
  if (!desk.ticket || !slots) return null;
  switch (slots.other_side) {
    case "absent":
      return { light: "off", words: "otherAbsent" } as const;
    case "lost":
      return { light: "bad", words: "otherLost" } as const;
    case "weak":
      return { light: "warn", words: "otherWeak" } as const;
    case "connected":
      return { light: "good", words: "otherConnected" } as const;
  }
}
