import { setFlagsFromString } from 'node:v8';

/**
 * Bytes that pass leave buffers behind, which lie outside the heap and are soon garbage. V8 goes through all of the heap
 * whenever some 64 MB of them have come together: a third of what a large body costs the tap. Counted with the heap
 * they are taken away with what is young, and all is gone through when it has come to twice what is alive. Holds for the
 * whole program.
 */
export function countBuffersWithHeap(): void {
  setFlagsFromString('--external-memory-accounted-in-global-limit');
  setFlagsFromString('--heap-growing-percent=100');
}
