import { type InjectionKey, inject, provide, ref, shallowRef, watch } from "vue";
import type { CommandOf } from "@/core/connection/connection";
import type { AnyCommand, DutyExceptionBody, DutyRotaBody, DutyTurnBody, Results } from "@/core/protocol";
import { useAct } from "@/features/page/act";
import { useLoaded } from "@/features/page/loaded";
import { t } from "@/kit/i18n";
import { dayWords } from "./words";

export type TurnDraft = Omit<CommandOf<"add_duty_turn">, "department_id">;
export type ExceptionDraft = Omit<CommandOf<"add_duty_exception">, "department_id">;
type Undo = () => Promise<boolean>;

export const draftOf = (one: DutyTurnBody): TurnDraft => ({
  staff_id: one.person.staff_id,
  weekdays: [...one.weekdays],
  begins: one.begins,
  ends: one.ends,
  place: one.place,
});

/** The rota that is shown, and what was done to it last. */
function useShown() {
  const department = ref("");
  const day = ref("");
  const { busy, act } = useAct();
  const asked = () => `/api/v1/duty-rota?department=${department.value}&day=${day.value}`;
  const { body: answer, failure, load } = useLoaded<DutyRotaBody>(asked);
  const body = shallowRef<DutyRotaBody | null>(null);
  let of = "";
  const done = shallowRef<{ words: () => string; undo: Undo | null } | null>(null);

  /** Carries a command out and shows what came of it, in the page's language then; whether it was carried out. Without `undo` it is one itself. */
  async function carry<T extends AnyCommand["type"]>(
    type: T,
    fields: CommandOf<T>,
    words: () => string,
    undo?: (result: Results[T]) => Promise<boolean>,
  ): Promise<boolean> {
    let result: { is: Results[T] } | null = null as { is: Results[T] } | null;
    await act(type, fields, (answer) => {
      result = { is: answer };
    });
    if (!result) return false;
    const { is } = result;
    done.value = { words, undo: undo ? () => undo(is) : null };
    await load();
    return true;
  }

  // Asked again each minute, what is shown stays while the link is cut, and what is being written in it, too.
  watch(
    [answer, failure],
    ([found, refused]) => {
      if (found) {
        body.value = found;
        of = asked();
      } else if (refused && of !== asked()) body.value = null;
    },
    { flush: "sync" },
  );
  // What was done to one department is not undone while another one is shown.
  watch(department, () => {
    done.value = null;
  });

  const here = () => body.value?.department_id ?? department.value;
  return { department, day, body, failure, load, busy, done, carry, here };
}

type Shown = ReturnType<typeof useShown>;

function turnActs({ body, carry, here }: Shown) {
  const nameOf = (staffId: string) =>
    body.value?.people.find((one) => one.staff_id === staffId)?.name ?? staffId;

  function addTurn(draft: TurnDraft): Promise<boolean> {
    const department_id = here();
    const name = nameOf(draft.staff_id);
    const words = () => t("dutyTurnAdded", { name });
    return carry("add_duty_turn", { department_id, ...draft }, words, ({ turn_id }) =>
      carry("remove_duty_turn", { department_id, turn_id }, () => t("dutyUndone")),
    );
  }

  function changeTurn(former: DutyTurnBody, draft: TurnDraft): Promise<boolean> {
    const named = { department_id: here(), turn_id: former.turn_id };
    const words = () => t("dutyTurnChanged", { name: former.person.name });
    return carry("change_duty_turn", { ...named, ...draft }, words, () =>
      carry("change_duty_turn", { ...named, ...draftOf(former) }, () => t("dutyUndone")),
    );
  }

  function removeTurn(former: DutyTurnBody): Promise<boolean> {
    const department_id = here();
    const words = () => t("dutyTurnRemoved", { name: former.person.name });
    return carry("remove_duty_turn", { department_id, turn_id: former.turn_id }, words, () =>
      carry("add_duty_turn", { department_id, ...draftOf(former) }, () => t("dutyUndone")),
    );
  }

  return { addTurn, changeTurn, removeTurn };
}

function exceptionActs({ body, carry, here }: Shown) {
  /** Adds a date that differs; undone, what was said of it before is said again. */
  function addException(draft: ExceptionDraft): Promise<boolean> {
    const department_id = here();
    const { turns = [], exceptions = [] } = body.value ?? {};
    const name = turns.find(({ person }) => person.staff_id === draft.staff_id)?.person.name ?? "";
    const former = exceptions.find((one) => one.day === draft.day && one.person.staff_id === draft.staff_id);
    const words = () => t("dutyExceptionAdded", { name, day: dayWords(draft.day) });
    const back = { department_id, ...draft, stand_in_id: former?.stand_in?.staff_id ?? null };
    return carry("add_duty_exception", { department_id, ...draft }, words, ({ exception_id }) =>
      former
        ? carry("add_duty_exception", back, () => t("dutyUndone"))
        : carry("remove_duty_exception", { department_id, exception_id }, () => t("dutyUndone")),
    );
  }

  function removeException({ exception_id, day, person, stand_in }: DutyExceptionBody): Promise<boolean> {
    const department_id = here();
    const words = () => t("dutyExceptionRemoved", { name: person.name, day: dayWords(day) });
    const back = { department_id, day, staff_id: person.staff_id, stand_in_id: stand_in?.staff_id ?? null };
    return carry("remove_duty_exception", { department_id, exception_id }, words, () =>
      carry("add_duty_exception", back, () => t("dutyUndone")),
    );
  }

  return { addException, removeException };
}

type Rota = Shown & ReturnType<typeof turnActs> & ReturnType<typeof exceptionActs>;
const KEY: InjectionKey<Rota> = Symbol("duty rota");

/** The rota that this component shows, for its parts too; how what is done to it is undone comes with it. */
export function provideRota(): Rota {
  const shown = useShown();
  const rota = { ...shown, ...turnActs(shown), ...exceptionActs(shown) };
  provide(KEY, rota);
  return rota;
}

export function useRota(): Rota {
  const rota = inject(KEY);
  if (!rota) throw new Error("no duty rota is shown here");
  return rota;
}
