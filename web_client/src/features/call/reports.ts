import { type Ref, shallowRef } from "vue";
import type { Connection } from "@/core/connection/connection";
import { type Figures, LOOKS } from "@/core/media/figures";
import type { MediaLink } from "@/core/media/link";

/** Seconds, in one report. */
const MOST_FROZEN = 60;

/** How the media did in the last ten seconds, null while it does not flow; told to the server while admitted. */
export function useFigures(connection: Connection, media: MediaLink, admitted: Ref<boolean>) {
  const figures = shallowRef<Figures | null>(null);
  let looks = 0;
  media.figures.listen((now) => {
    figures.value = now;
    if (!now || !admitted.value) looks = 0;
    else if (++looks % LOOKS === 0) void report(connection, now);
  });
  return figures;
}

/** Tells the server how it went; a report that does not get through leaves a gap, and its reason is shown anyway. */
async function report(
  connection: Connection,
  { framesPerSecond: _, roundTrip, lossUp, lossDown, ...same }: Figures,
): Promise<void> {
  // One freeze may have lasted longer than the ten seconds: it counts when it is over.
  const frozen = Math.min(same.frozen, MOST_FROZEN);
  const fields = { ...same, frozen, round_trip: roundTrip, loss_up: lossUp, loss_down: lossDown };
  await connection.command("report_reception", fields).catch(() => undefined);
}
