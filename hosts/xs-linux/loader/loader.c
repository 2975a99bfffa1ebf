/*
 * Runs a build of `mcconfig -p lin` without the simulator's window: the firmware's machine on a main loop of GLib, nothing else.
 *
 *   xs-linux <mc.so>
 *
 * The firmware reads its settings (which devices, where its records are) from the environment, see `../main.ts`. It ends with
 *   0   SIGTERM or SIGINT: for the firmware that is what pulling the plug is for a board
 *   2   it could not begin: a wrong argument, a library that cannot be loaded
 *   3   a fault of the firmware: an exception, or a serial line that has gone
 *   16 + n   the engine gave up with status n: 17 is memory that is used up, 18 the stack
 * and says on stderr why. What the firmware asks for comes by `screen.postMessage`, the one way from a script to its simulator.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib-unix.h>
#include <glib.h>

#define mxLinux 1
#include "screen.h"

enum { ENDED = 0, CANNOT_BEGIN = 2, FAULT = 3, ENGINE = 16 };

/* Where the note of a restart waits for the next run. */
#define NOTE "ATRUN_RESTART"

static GMainLoop *loop;
static char **arguments;
static int status = -1;
static guint idle;

static int isOver(void)
{
	return status >= 0;
}

/* The first reason counts: what follows from it says less. */
static void end(int code)
{
	if (!isOver())
		status = code;
	if (loop)
		g_main_loop_quit(loop);
}

static gboolean onSignal(gpointer it)
{
	end(ENDED);
	return G_SOURCE_REMOVE;
}

/* As on the chip: the same program, from its beginning, with the note of the run before. Does not come back. */
static void restart(const char *note)
{
	fflush(NULL);
	setenv(NOTE, note, 1);
	execv("/proc/self/exe", arguments);
	perror("xs-linux: cannot restart");
	_exit(FAULT);
}

/* The words of the engine's sources; its own `fxAbortString` is not to be had from outside. */
static const char *reasonOf(int abortStatus)
{
	static const char *const reasons[] = {
		"debugger", "memory full", "JavaScript stack overflow", "fatal", "dead strip", "unhandled exception", "not enough keys",
		"too much computation", "unhandled rejection", "native stack overflow",
	};
	if (abortStatus < 0 || abortStatus >= (int)(sizeof(reasons) / sizeof(reasons[0])))
		return "unknown";
	return reasons[abortStatus];
}

static void onAbort(txScreen *screen, int abortStatus)
{
	fprintf(stderr, "xs-linux: the engine gave up: %s (status %d)\n", reasonOf(abortStatus), abortStatus);
	end(ENGINE + abortStatus);
}

/* `message` is a word and a text: `restart` and the note, `fault` and what it was. */
static void onPost(txScreen *screen, char *message, int size)
{
	const char *text = strchr(message, ' ');
	if (size != 0 || text == NULL || isOver())
		return;
	text += 1;
	if (g_str_has_prefix(message, "restart "))
		restart(text);
	if (g_str_has_prefix(message, "fault ")) {
		fprintf(stderr, "xs-linux: %s\n", text);
		end(FAULT);
	}
}

static gboolean onIdle(gpointer it)
{
	txScreen *screen = it;
	if (screen->idle)
		screen->idle(screen);
	return G_SOURCE_CONTINUE;
}

/* An instrumented build takes its samples here. */
static void onStart(txScreen *screen, double interval)
{
	if (idle == 0)
		idle = g_timeout_add((guint)interval, onIdle, screen);
}

static void onStop(txScreen *screen)
{
	if (idle != 0)
		g_source_remove(idle);
	idle = 0;
}

static void onPixels(txScreen *screen)
{
}

static txScreen *createScreen(void)
{
	/* Of one pixel: the SDK's code writes into it at the end. */
	txScreen *screen = calloc(1, sizeof(txScreen) + screenBytesPerPixel);
	if (screen == NULL)
		return NULL;
	screen->width = screen->height = 1;
	screen->abort = onAbort;
	screen->bufferChanged = screen->formatChanged = onPixels;
	screen->post = onPost;
	screen->start = onStart;
	screen->stop = onStop;
	mxCreateMutex(&screen->workersMutex);
	return screen;
}

int main(int argc, char *argv[])
{
	if (argc != 2) {
		fprintf(stderr, "usage: %s <mc.so>\n", argv[0]);
		return CANNOT_BEGIN;
	}
	arguments = argv;
	setvbuf(stdout, NULL, _IOLBF, 0);
	/* The records hold passwords. */
	umask(077);
	void *library = dlopen(argv[1], RTLD_NOW);
	txScreenLaunchProc launch = library ? (txScreenLaunchProc)dlsym(library, "fxScreenLaunch") : NULL;
	txScreen *screen = createScreen();
	if (launch == NULL || screen == NULL) {
		fprintf(stderr, "xs-linux: cannot begin: %s\n", launch == NULL ? dlerror() : "no memory");
		return CANNOT_BEGIN;
	}
	loop = g_main_loop_new(NULL, FALSE);
	g_unix_signal_add(SIGTERM, onSignal, NULL);
	g_unix_signal_add(SIGINT, onSignal, NULL);
	launch(screen);
	if (!isOver() && screen->machine == NULL) {
		fprintf(stderr, "xs-linux: cannot begin: no memory for the machine\n");
		return CANNOT_BEGIN;
	}
	if (!isOver())
		g_main_loop_run(loop);
	fflush(NULL);
	/* Without the destructors of a machine that may have ended in the middle of something. */
	_exit(status);
}
