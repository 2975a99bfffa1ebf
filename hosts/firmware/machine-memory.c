#include "xsAll.h"
#include "xs.h"

/* slotsInUse(): slots that are no garbage; collects first. */
void xs_slots_in_use(xsMachine *the)
{
	xsCollectGarbage();
	xsResult = xsInteger(the->currentHeapCount);
}

/* chunkOctetsInUse(): as the last collection left it. */
void xs_chunk_octets_in_use(xsMachine *the)
{
	xsResult = xsInteger(the->currentChunksSize);
}

/* heapOctetsInUse(): slots and chunks that are no garbage; collects first. */
void xs_heap_octets_in_use(xsMachine *the)
{
	xsCollectGarbage();
	xsResult = xsInteger(the->currentHeapCount * (txSize)sizeof(txSlot) + the->currentChunksSize);
}

/* slotsAtMost(), chunkOctetsAtMost(): what the machine may use, which is fixed. */
void xs_slots_at_most(xsMachine *the)
{
	xsResult = xsInteger(the->maximumHeapCount);
}

void xs_chunk_octets_at_most(xsMachine *the)
{
	xsResult = xsInteger(the->maximumChunksSize);
}
