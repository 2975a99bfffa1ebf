/* XS's platform functions, the script loader and the run loop, on XS's internal interface. */
#include "xsAll.h"
#include "xsScript.h"
#include "host.h"

size_t hostAllocationLimit = (size_t)1 << 30;

void fxCreateMachinePlatform(txMachine* the)
{
	the->allocationLimit = hostAllocationLimit;
}

void fxDeleteMachinePlatform(txMachine* the)
{
}

/* MEMORY */

static void* allocate(txMachine* the, size_t size)
{
	if (size > the->allocationLimit - the->allocated)
		fxAbort(the, XS_NOT_ENOUGH_MEMORY_EXIT);
	the->allocated += size;
	return malloc(size);
}

void* fxAllocateChunks(txMachine* the, txSize size)
{
	return allocate(the, size);
}

void fxFreeChunks(txMachine* the, void* chunks)
{
	free(chunks);
}

txSlot* fxAllocateSlots(txMachine* the, txSize count)
{
	return allocate(the, count * sizeof(txSlot));
}

void fxFreeSlots(txMachine* the, void* slots)
{
	free(slots);
}

double hostMemory(txMachine* the, const char* name)
{
	if (!strcmp(name, "slotSize")) return sizeof(txSlot);
	if (!strcmp(name, "slots")) return the->currentHeapCount;
	if (!strcmp(name, "slotsPeak")) return the->peakHeapCount;
	if (!strcmp(name, "slotsReserved")) return the->maximumHeapCount;
	if (!strcmp(name, "chunks")) return the->currentChunksSize;
	if (!strcmp(name, "chunksPeak")) return the->peakChunksSize;
	if (!strcmp(name, "chunksReserved")) return the->maximumChunksSize;
	if (!strcmp(name, "allocated")) return (double)the->allocated;
	return -1;
}

void hostResetPeaks(txMachine* the)
{
	the->peakHeapCount = the->currentHeapCount;
	the->peakChunksSize = the->currentChunksSize;
}

/* Fills the heap with what is never used until only so much is free, then fixes its size, as on the device. */
int hostSetBudget(txMachine* the, int slots, int chunks)
{
	txSlot* ballast = calloc(1, sizeof(txSlot));
	txSlot* last;
	txSize spareSlots, spareChunks;
	fxCollectGarbage(the);
	mxPushUndefined();
	last = fxNewInstance(the);
	ballast->kind = XS_REFERENCE_KIND;
	ballast->value.reference = last;
	fxRemember(the, ballast);
	mxPop();
	spareChunks = the->maximumChunksSize - the->currentChunksSize - chunks;
	spareSlots = the->maximumHeapCount - the->currentHeapCount - slots;
	if (spareSlots < 1 || spareChunks < (txSize)sizeof(txChunk) * 2)
		return 0;
	last->next = fxNewSlot(the);
	last = last->next;
	last->flag = XS_INTERNAL_FLAG;
	last->value.string = fxNewChunk(the, spareChunks - 2 * sizeof(txChunk));
	last->kind = XS_STRING_KIND;
	while (--spareSlots) {
		last->next = fxNewSlot(the);
		last = last->next;
		last->flag = XS_INTERNAL_FLAG;
	}
	the->minimumHeapCount = 0;
	the->minimumChunksSize = 0;
	return 1;
}

/* What no slot of the stack that was ever in use has in all its octets. */
#define UNUSED 0xA5

static txSlot* firstOfStack;
static int stackLimit;

int hostSetStack(txMachine* the, int slots)
{
	if (the->stack - the->stackBottom < 2 * slots)
		return 0;
	stackLimit = slots;
	firstOfStack = the->stack;
	memset(the->stackBottom, UNUSED, (the->stack - the->stackBottom) * sizeof(txSlot));
	return 1;
}

static int isUnused(const txSlot* slot)
{
	const unsigned char* octets = (const unsigned char*)slot;
	unsigned at;
	for (at = 0; at < sizeof(txSlot); at++) {
		if (octets[at] != UNUSED)
			return 0;
	}
	return 1;
}

/*
 * The matching of regular expressions and the printing of numbers borrow what is free of the stack, from its far end on, as much as there
 * is; the search for the lowest slot that a program used begins at the other end and stops at a gap.
 */
#define GAP 64

int hostStackPeak(txMachine* the)
{
	txSlot* slot = firstOfStack;
	txSlot* lowest = slot;
	while (slot > the->stackBottom && lowest - slot < GAP) {
		if (!isUnused(--slot))
			lowest = slot;
	}
	return firstOfStack - lowest;
}

void hostCheckStack(txMachine* the)
{
	if (hostStackPeak(the) > stackLimit)
		fxAbort(the, XS_STACK_OVERFLOW_EXIT);
}

void hostStrip(txMachine* the)
{
	the->stripped = 1;
}

unsigned hostMeter(txMachine* the)
{
	return the->meterIndex;
}

/* FAILURES */

void hostFail(txMachine* the, const char* what, int exitCode)
{
	fflush(stdout);
	fprintf(stderr, "%s", what);
	fxBeginHost(the);
	mxTry(the) {
		mxPush(mxException);
		mxException = mxUndefined;
		txSlot* exception = the->stack;
		if (mxIsReference(exception)) {
			mxPushSlot(exception);
			fxGetID(the, fxFindName(the, "stack"));
			if (the->stack->kind == XS_STRING_KIND || the->stack->kind == XS_STRING_X_KIND)
				exception = the->stack;
		}
		fprintf(stderr, ": %s\n", fxToString(the, exception));
	}
	mxCatch(the) {
		fprintf(stderr, ": an exception that cannot be printed\n");
	}
	fflush(stderr);
	_exit(exitCode);
}

static void die(const char* what, int exitCode)
{
	fflush(stdout);
	fprintf(stderr, "%s\n", what);
	_exit(exitCode);
}

void fxAbort(txMachine* the, int status)
{
	switch (status) {
	case XS_NOT_ENOUGH_MEMORY_EXIT:
		die("memory full", EXIT_MEMORY);
	case XS_STACK_OVERFLOW_EXIT:
		die("stack overflow", EXIT_STACK);
	case XS_UNHANDLED_EXCEPTION_EXIT:
		hostFail(the, "unhandled exception", EXIT_EXCEPTION);
	case XS_UNHANDLED_REJECTION_EXIT:
		hostFail(the, "unhandled rejection", EXIT_REJECTION);
	case XS_NO_MORE_KEYS_EXIT:
		die("not enough keys", EXIT_ABORT);
	default:
		die("the machine gave up", EXIT_ABORT);
	}
}

/* SCRIPTS */

void hostRunFile(txMachine* the, const char* path, int lines)
{
	txSlot* realm = mxProgram.value.reference->next->value.module.realm;
	txParser parser;
	txParserJump jump;
	txScript* script = C_NULL;
	FILE* file = fopen(path, "r");
	if (!file) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		_exit(EXIT_USAGE);
	}
	fxInitializeParser(&parser, the, the->parserBufferSize, the->parserTableModulo);
	parser.firstJump = &jump;
	if (c_setjmp(jump.jmp_buf) == 0) {
		txString name = C_NULL;
		parser.path = fxNewParserSymbol(&parser, (txString)path);
		fxParserTree(&parser, file, (txGetter)fgetc, mxProgramFlag | (lines ? mxDebugFlag : 0), &name);
		fxParserHoist(&parser);
		fxParserBind(&parser);
		script = fxParserCode(&parser);
	}
	fclose(file);
	fxTerminateParser(&parser);
	fxRunScript(the, script, mxRealmGlobal(realm), C_NULL, mxRealmClosures(realm)->value.reference, C_NULL, mxProgram.value.reference);
	mxPop();
}

/* TIMERS AND PROMISES */

typedef struct timer Timer;
struct timer {
	Timer* next;
	int id;
	double when;
	txSlot function;
};

static Timer* timers = NULL;
static int lastTimer = 0;

double hostNow(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

int hostStartTimer(txMachine* the, void* function, double ms)
{
	Timer* timer = calloc(1, sizeof(Timer));
	Timer** place = &timers;
	timer->id = ++lastTimer;
	timer->when = hostNow() + (ms > 0 ? ms : 0);
	timer->function.kind = ((txSlot*)function)->kind;
	timer->function.value = ((txSlot*)function)->value;
	fxRemember(the, &timer->function);
	while (*place && (*place)->when <= timer->when)
		place = &(*place)->next;
	timer->next = *place;
	*place = timer;
	return timer->id;
}

static void removeTimer(txMachine* the, Timer** place)
{
	Timer* timer = *place;
	*place = timer->next;
	fxForget(the, &timer->function);
	free(timer);
}

void hostStopTimer(txMachine* the, int id)
{
	Timer** place;
	for (place = &timers; *place; place = &(*place)->next) {
		if ((*place)->id == id) {
			removeTimer(the, place);
			return;
		}
	}
}

void fxQueuePromiseJobs(txMachine* the)
{
	the->promiseJobs = 1;
}

static void runTimer(txMachine* the)
{
	fxBeginHost(the);
	mxTry(the) {
		mxPushUndefined();
		mxPush(timers->function);
		removeTimer(the, &timers);
		mxCall();
		mxRunCount(0);
		mxPop();
	}
	mxCatch(the) {
		hostFail(the, "exception in a timer", EXIT_EXCEPTION);
	}
	fxEndHost(the);
}

int hostRunJobs(txMachine* the)
{
	int any = 0;
	for (;;) {
		while (the->promiseJobs) {
			any = 1;
			the->promiseJobs = 0;
			fxRunPromiseJobs(the);
		}
		fxEndJob(the);
		if (!the->promiseJobs)
			return any;
	}
}

void hostCheckRejections(txMachine* the)
{
	fxCheckUnhandledRejections(the, 1);
}

void hostRunLoop(txMachine* the, int (*others)(void))
{
	for (;;) {
		hostRunJobs(the);
		if (others())
			continue;
		if (!timers)
			break;
		double wait = timers->when - hostNow();
		if (wait > 0)
			usleep((useconds_t)(wait * 1000) + 1);
		runTimer(the);
	}
	hostCheckRejections(the);
}
