#include "xsmc.h"
#include "xsHost.h"

#include <string.h>
#include "esp_attr.h"
#include "esp_system.h"

/*
 * Why the board starts, and a note to the next start in memory of the RTC, which a restart leaves alone and a power cut does not. It
 * costs no write to the flash, and a board that has just run out of memory can still leave one.
 */

#define LONGEST 120
#define MAGIC 0x41545231u /* "ATR1" */

typedef struct {
	uint32_t magic;
	uint32_t sum;
	char text[LONGEST + 1];
} RestartNote;

/* At power-on it has whatever the memory has. */
static RTC_NOINIT_ATTR RestartNote note;

/* FNV-1a over the whole text, the zeros behind it too. */
static uint32_t sumOf(const char *text)
{
	uint32_t sum = 2166136261u;
	int at;

	for (at = 0; at <= LONGEST; at++)
		sum = (sum ^ (uint8_t)text[at]) * 16777619u;
	return sum;
}

/* resetReason(): an esp_reset_reason_t. */
void xs_reset_reason(xsMachine *the)
{
	xsmcSetInteger(xsResult, esp_reset_reason());
}

/* keepNote(text): its first 120 octets; what is not printable ASCII becomes `?`. */
void xs_keep_note(xsMachine *the)
{
	const char *text = xsmcToString(xsArg(0));
	int at;

	note.magic = 0;
	memset(note.text, 0, sizeof(note.text));
	for (at = 0; (at < LONGEST) && text[at]; at++)
		note.text[at] = ((text[at] < 0x20) || (text[at] > 0x7e)) ? '?' : text[at];
	note.sum = sumOf(note.text);
	note.magic = MAGIC;
}

/* takeNote(): undefined where there is none. The next call has none. */
void xs_take_note(xsMachine *the)
{
	if ((note.magic != MAGIC) || (note.text[LONGEST] != 0) || (note.sum != sumOf(note.text)))
		return;
	note.magic = 0;
	xsmcSetString(xsResult, note.text);
}

/* restartBoard(): does not come back. */
void xs_restart_board(xsMachine *the)
{
	esp_restart();
}
