import { type Ref, watch } from "vue";
import { useRoute, useRouter } from "vue-router";

/** Gives what is open on the page an entry in the history, so that Back closes it and leaves everything else. */
export function useBackStep(name: string, open: Ref<boolean>, close: () => void): void {
  const router = useRouter();
  const route = useRoute();

  watch(open, (now) => {
    const here = route.query.open === name;
    if (now && !here) void router.push({ query: { ...route.query, open: name } });
    else if (!now && here) router.back();
  });
  watch(
    () => route.query.open,
    (now, before) => {
      if (before === name && now !== name && open.value) close();
    },
  );
}
