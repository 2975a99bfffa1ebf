/*
 * Runs scripts in XS with the limits of a microcontroller: xshost [options] script...
 * The scripts share one global scope. They get what VirtualClock needs (`setImmediate`) and an object `host`:
 *
 *   print(text)               a line on standard output
 *   gc()                      collects garbage
 *   meter()                   bytecodes executed so far (wraps at 2^32)
 *   memory(name)              slotSize, slots, slotsPeak, slotsReserved, chunks, chunksPeak, chunksReserved, allocated
 *   resetPeaks()              peaks count from here
 *   setBudget(slots, chunks)  so much is free from here and no more ever; running out ends the process
 *   now()                     milliseconds, monotonic
 *   setTimeout(f, ms), clearTimeout(id)
 *   setExitCode(code)         what the process ends with when all is done
 *   openBoard(...) and more   a second machine with limits of its own: see board.c
 */
#include "xs.h"
#include "board.h"
#include "host.h"

static int exitCode = 0;

static void host_print(xsMachine* the)
{
	puts(xsToString(xsArg(0)));
}

static void host_gc(xsMachine* the)
{
	xsCollectGarbage();
}

static void host_meter(xsMachine* the)
{
	xsResult = xsNumber(hostMeter(the));
}

static void host_memory(xsMachine* the)
{
	double figure = hostMemory(the, xsToString(xsArg(0)));
	if (figure < 0)
		xsRangeError("no such memory figure");
	xsResult = xsNumber(figure);
}

static void host_resetPeaks(xsMachine* the)
{
	hostResetPeaks(the);
}

static void host_setBudget(xsMachine* the)
{
	if (!hostSetBudget(the, xsToInteger(xsArg(0)), xsToInteger(xsArg(1))))
		xsRangeError("the heap is smaller than this budget");
}

static void host_now(xsMachine* the)
{
	xsResult = xsNumber(hostNow());
}

static void host_setImmediate(xsMachine* the)
{
	xsResult = xsInteger(hostStartTimer(the, &xsArg(0), 0));
}

static void host_setTimeout(xsMachine* the)
{
	double ms = xsToInteger(xsArgc) > 1 ? xsToNumber(xsArg(1)) : 0;
	xsResult = xsInteger(hostStartTimer(the, &xsArg(0), ms));
}

static void host_clearTimeout(xsMachine* the)
{
	hostStopTimer(the, xsToInteger(xsArg(0)));
}

static void host_setExitCode(xsMachine* the)
{
	exitCode = xsToInteger(xsArg(0));
}

static const struct {
	const char* name;
	xsCallback call;
	int length;
} functions[] = {
	{ "print", host_print, 1 },
	{ "gc", host_gc, 0 },
	{ "meter", host_meter, 0 },
	{ "memory", host_memory, 1 },
	{ "resetPeaks", host_resetPeaks, 0 },
	{ "setBudget", host_setBudget, 2 },
	{ "now", host_now, 0 },
	{ "setTimeout", host_setTimeout, 2 },
	{ "clearTimeout", host_clearTimeout, 1 },
	{ "setExitCode", host_setExitCode, 1 },
};

static void defineHost(xsMachine* the)
{
	unsigned at;
	xsVars(2);
	xsVar(0) = xsNewObject();
	for (at = 0; at < sizeof(functions) / sizeof(*functions); at++) {
		xsVar(1) = xsNewHostFunction(functions[at].call, functions[at].length);
		xsDefine(xsVar(0), xsID((char*)functions[at].name), xsVar(1), xsDontEnum);
	}
	boardDefineWorld(the, &xsVar(0));
	xsDefine(xsGlobal, xsID("host"), xsVar(0), xsDontEnum);
	xsVar(1) = xsNewHostFunction(host_setImmediate, 1);
	xsDefine(xsGlobal, xsID("setImmediate"), xsVar(1), xsDontEnum);
}

static int usage(void)
{
	fprintf(stderr,
		"usage: xshost [options] script...\n"
		"  --chunk <octets>  --chunk-increment <octets>   0 as increment: the size is fixed\n"
		"  --heap <slots>    --heap-increment <slots>\n"
		"  --stack <slots>   --limit <octets>             of all that the machine takes from the system\n"
		"  --lines 0|1                                    line numbers in the bytecode, for stack traces (1)\n");
	return EXIT_USAGE;
}

int main(int argc, char* argv[])
{
	xsCreation creation = {
		.initialChunkSize = 512 * 1024, .incrementalChunkSize = 64 * 1024,
		.initialHeapCount = 32 * 1024, .incrementalHeapCount = 8 * 1024,
		.stackCount = 4096,
		.initialKeyCount = 32000, .incrementalKeyCount = 1000,
		.nameModulo = 127, .symbolModulo = 127,
		.parserBufferSize = 1024 * 1024, .parserTableModulo = 127,
	};
	long lines = 1, limit = (long)hostAllocationLimit;
	const struct { const char* name; int* size; long* number; } options[] = {
		{ "--chunk", (int*)&creation.initialChunkSize, NULL },
		{ "--chunk-increment", (int*)&creation.incrementalChunkSize, NULL },
		{ "--heap", (int*)&creation.initialHeapCount, NULL },
		{ "--heap-increment", (int*)&creation.incrementalHeapCount, NULL },
		{ "--stack", (int*)&creation.stackCount, NULL },
		{ "--limit", NULL, &limit },
		{ "--lines", NULL, &lines },
	};
	int at;
	for (at = 1; at < argc && argv[at][0] == '-'; at += 2) {
		unsigned which = 0, count = sizeof(options) / sizeof(*options);
		char* end;
		long value;
		while (which < count && strcmp(argv[at], options[which].name)) which++;
		if (which == count || at + 1 >= argc) return usage();
		value = strtol(argv[at + 1], &end, 10);
		if (*end || end == argv[at + 1] || value < 0) return usage();
		if (options[which].size) *options[which].size = (int)value;
		else *options[which].number = value;
	}
	if (at >= argc) return usage();
	hostAllocationLimit = (size_t)limit;
	boardLines = (int)lines;
	/* Who reads a pipe sees the last line before a script that never ends. */
	setvbuf(stdout, NULL, _IOLBF, 0);

	fxInitializeSharedCluster();
	xsMachine* machine = xsCreateMachine(&creation, "xshost", NULL);
	if (!machine) {
		fprintf(stderr, "xshost: the machine cannot be made with these sizes\n");
		return EXIT_MEMORY;
	}
	xsBeginHost(machine);
	defineHost(the);
	for (; at < argc; at++) {
		xsTry {
			hostRunFile(the, argv[at], (int)lines);
		}
		xsCatch {
			hostFail(the, "exception", EXIT_EXCEPTION);
		}
	}
	hostRunLoop(the, boardRunJobs);
	xsEndHost(machine);
	fflush(stdout);
	return exitCode;
}
