import { useMutation, useQueryClient } from "@tanstack/react-query";

/** Something that changes what the server holds: all that is shown is read anew behind it. */
export function useChange<Given = void, Answer = unknown>(change: (given: Given) => Promise<Answer>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: change, onSuccess: () => void queries.invalidateQueries() });
}
