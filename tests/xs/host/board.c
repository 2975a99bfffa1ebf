/*
 * A board in a machine of its own, as small as the device's, beside the world that the scripts of the first machine make for it.
 * The world's `host` gets:
 *
 *   openBoard(script, heap, chunk, stack)  a new board in place of the one before, with nothing of its own but what `script` left
 *                                          behind. From there it has so many slots, octets of chunks and slots of stack, no more
 *   board(name)                            a figure of it: slots, chunks (in use, garbage collected), peakSlots, peakChunks (the
 *                                          highest after a collection), peakStack, bytecodes
 *   resetBoardPeaks()                      the peaks of slots and chunks count from here
 *
 * The board's script gets `host.print`. Both have:
 *
 *   host.answer(function)                  called when the other machine calls
 *   host.call(what, a, b, octets)          calls the other machine; gives its answer
 *   host.fill(into, what, a, b)            likewise, for an answer of octets: copied to the start of `into`; how many
 *
 * Numbers, booleans, strings, octets (typed array or buffer, given as a new buffer) and undefined can pass, nothing else. What the
 * board throws out of a call ends the process, as it ends the program on the device.
 */
#include "xs.h"
#include "xsmc.h"
#include "board.h"
#include "host.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_ARGUMENTS 4

int boardLines = 1;

typedef struct {
	xsMachine* machine;
	/* The function that answers. */
	xsSlot answer;
} Side;

static Side world, board;
/* What the board's machine held when it opened: what is in flash on the device, and ballast. */
static unsigned meterBefore;
static int slotsBefore, chunksBefore;
static int peakSlots, peakChunks;
/* Calls of the board until the next look at what is in use. */
#define LOOK_EVERY 32
static int untilLook;

/* WHAT IS IN USE */

/* Collects the board's garbage; what is left counts for the peaks. */
static void look(void)
{
	int slots, chunks;
	xsBeginHost(board.machine);
	xsCollectGarbage();
	xsEndHost(board.machine);
	slots = hostMemory(board.machine, "slots") - slotsBefore;
	chunks = hostMemory(board.machine, "chunks") - chunksBefore;
	if (peakSlots < slots) peakSlots = slots;
	if (peakChunks < chunks) peakChunks = chunks;
	hostCheckStack(board.machine);
	untilLook = LOOK_EVERY;
}

/* VALUES ON THEIR WAY */

typedef struct {
	enum { UNDEFINED, BOOLEAN, NUMBER, STRING, OCTETS } kind;
	double number;
	char* data;
	unsigned size;
} Value;

static Value take(xsMachine* the, xsSlot* slot)
{
	Value value = { UNDEFINED, 0, NULL, 0 };
	void* data;
	xsUnsignedValue size;
	switch (xsmcTypeOf(*slot)) {
	case xsUndefinedType:
		break;
	case xsBooleanType:
		value.kind = BOOLEAN;
		value.number = xsmcToBoolean(*slot);
		break;
	case xsIntegerType:
	case xsNumberType:
		value.kind = NUMBER;
		value.number = xsmcToNumber(*slot);
		break;
	case xsStringType:
	case xsStringXType:
		value.kind = STRING;
		value.data = strdup(xsmcToString(*slot));
		break;
	case xsReferenceType:
		xsmcGetBufferReadable(*slot, &data, &size);
		value.kind = OCTETS;
		value.size = size;
		value.data = memcpy(malloc(size + 1), data, size);
		break;
	default:
		xsTypeError("only numbers, booleans, strings and octets pass from one machine to the other");
	}
	return value;
}

static void give(xsMachine* the, xsSlot* slot, Value* value)
{
	switch (value->kind) {
	case UNDEFINED: xsmcSetUndefined(*slot); break;
	case BOOLEAN: xsmcSetBoolean(*slot, value->number != 0); break;
	case NUMBER: xsmcSetNumber(*slot, value->number); break;
	case STRING: xsmcSetString(*slot, value->data); break;
	case OCTETS: xsmcSetArrayBuffer(*slot, value->data, value->size); break;
	}
	free(value->data);
	value->data = NULL;
}

static Value askSide(Side* side, Value* arguments, int count)
{
	Value answer = { UNDEFINED, 0, NULL, 0 };
	xsBeginHost(side->machine);
	{
		int at;
		xsmcVars(MOST_ARGUMENTS + 1);
		xsTry {
			for (at = 0; at < count; at++)
				give(the, &xsVar(at), &arguments[at]);
			xsVar(MOST_ARGUMENTS) = xsCallFunction4(xsAccess(side->answer), xsUndefined, xsVar(0), xsVar(1), xsVar(2), xsVar(3));
			answer = take(the, &xsVar(MOST_ARGUMENTS));
		}
		xsCatch {
			hostFail(the, side == &board ? "the board: exception" : "the board's world: exception", EXIT_EXCEPTION);
		}
	}
	xsEndHost(side->machine);
	return answer;
}

/* The other machine's answer to the arguments from `first` on. */
static Value ask(xsMachine* the, int first)
{
	Side* side = the == board.machine ? &world : &board;
	Value arguments[MOST_ARGUMENTS] = { { UNDEFINED } };
	int count = xsmcToInteger(xsArgc) - first, at;
	/* In the middle of its work, when it needs most. */
	if (side == &world && --untilLook <= 0)
		look();
	if (!side->machine || count > MOST_ARGUMENTS)
		xsTypeError(side->machine ? "too many arguments" : "there is no other machine");
	for (at = 0; at < count; at++)
		arguments[at] = take(the, &xsArg(first + at));
	return askSide(side, arguments, count);
}

static void host_call(xsMachine* the)
{
	Value answer = ask(the, 0);
	give(the, &xsResult, &answer);
}

static void host_fill(xsMachine* the)
{
	void* into;
	xsUnsignedValue space;
	Value answer = ask(the, 1);
	xsmcGetBufferWritable(xsArg(0), &into, &space);
	if (answer.kind != OCTETS || answer.size > space)
		xsRangeError("an answer of octets that fit is expected");
	memcpy(into, answer.data, answer.size);
	free(answer.data);
	xsmcSetInteger(xsResult, answer.size);
}

static void host_answer(xsMachine* the)
{
	Side* side = the == board.machine ? &board : &world;
	side->answer = xsArg(0);
	xsRemember(side->answer);
}

static void host_print(xsMachine* the)
{
	puts(xsmcToString(xsArg(0)));
}

/* THE BOARD */

static void define(xsMachine* the, xsSlot* object, const char* name, xsCallback call, int length)
{
	xsSlot function = xsNewHostFunction(call, length);
	xsmcDefine(*object, xsID((char*)name), function, xsDontEnum);
}

static void defineBoth(xsMachine* the, xsSlot* host)
{
	define(the, host, "answer", host_answer, 1);
	define(the, host, "call", host_call, MOST_ARGUMENTS);
	define(the, host, "fill", host_fill, MOST_ARGUMENTS);
}

static void closeBoard(void)
{
	if (!board.machine)
		return;
	/* Not deleted: the stack that XS would free is no longer the one that it allocated. A test opens a few. */
	board.machine = NULL;
}

static void host_openBoard(xsMachine* the)
{
	/*
	 * Roomy: what the script leaves behind is in flash on the device, and so are the built-ins. Not so the code of a function that is made
	 * later: xsl leaves preloaded modules the bytecode that copies it into a chunk of its own, as here (xslBase.c, fxMapCode; SDK 8.2.3).
	 */
	xsCreation creation = {
		.initialChunkSize = 4 * 1024 * 1024, .incrementalChunkSize = 0,
		.initialHeapCount = 64 * 1024, .incrementalHeapCount = 0,
		.stackCount = 8192,
		.initialKeyCount = 32000, .incrementalKeyCount = 1000,
		.nameModulo = 127, .symbolModulo = 127,
		.parserBufferSize = 1024 * 1024, .parserTableModulo = 127,
	};
	char* script = strdup(xsmcToString(xsArg(0)));
	int heap = xsmcToInteger(xsArg(1)), chunk = xsmcToInteger(xsArg(2)), stack = xsmcToInteger(xsArg(3));
	closeBoard();
	board.machine = xsCreateMachine(&creation, "board", NULL);
	hostStrip(board.machine);
	xsBeginHost(board.machine);
	{
		xsmcVars(2);
		xsVar(0) = xsNewObject();
		defineBoth(the, &xsVar(0));
		define(the, &xsVar(0), "print", host_print, 1);
		xsVar(1) = xsGlobal;
		xsmcDefine(xsVar(1), xsID("host"), xsVar(0), xsDontEnum);
		xsTry {
			hostRunFile(the, script, boardLines);
		}
		xsCatch {
			hostFail(the, "the board: exception", EXIT_EXCEPTION);
		}
	}
	xsEndHost(board.machine);
	hostRunJobs(board.machine);
	if (!hostSetBudget(board.machine, heap, chunk) || !hostSetStack(board.machine, stack)) {
		fprintf(stderr, "the board: its script needs more than there is\n");
		exit(EXIT_MEMORY);
	}
	free(script);
	meterBefore = hostMeter(board.machine);
	slotsBefore = hostMemory(board.machine, "slots");
	chunksBefore = hostMemory(board.machine, "chunks");
}

static double figure(const char* name)
{
	if (!strcmp(name, "peakSlots")) return peakSlots;
	if (!strcmp(name, "peakChunks")) return peakChunks;
	if (!strcmp(name, "peakStack")) return hostStackPeak(board.machine);
	if (!strcmp(name, "bytecodes")) return hostMeter(board.machine) - meterBefore;
	look();
	if (!strcmp(name, "slots")) return hostMemory(board.machine, name) - slotsBefore;
	if (!strcmp(name, "chunks")) return hostMemory(board.machine, name) - chunksBefore;
	return -1;
}

static void host_board(xsMachine* the)
{
	double value = board.machine ? figure(xsmcToString(xsArg(0))) : -1;
	if (value < 0)
		xsRangeError("no board, or no such figure of it");
	xsmcSetNumber(xsResult, value);
}

static void host_resetBoardPeaks(xsMachine* the)
{
	peakSlots = peakChunks = 0;
	look();
}

void boardDefineWorld(void* machine, void* host)
{
	xsMachine* the = machine;
	world.machine = the;
	defineBoth(the, host);
	define(the, host, "openBoard", host_openBoard, 4);
	define(the, host, "board", host_board, 1);
	define(the, host, "resetBoardPeaks", host_resetBoardPeaks, 0);
}

int boardRunJobs(void)
{
	return board.machine ? hostRunJobs(board.machine) : 0;
}
