#include "xsmc.h"
#include "xsHost.h"

#include "sdkconfig.h"

/*
 * The IDF's task watchdog with a user of its own. The SDK's main loop feeds it too, at each turn, whatever the turn did: that the loop
 * turns is one thing, that it does its work is the other. A debug build has no watchdog (targets/<board>/sdkconfig), since it would bite
 * at each breakpoint.
 */
#if CONFIG_ESP_TASK_WDT_EN

#include "esp_task_wdt.h"

static esp_task_wdt_user_handle_t user;

/* feedWatchdog(): the first call arms it. */
void xs_feed_watchdog(xsMachine *the)
{
	if ((user == NULL) && (esp_task_wdt_add_user("atrun", &user) != ESP_OK)) {
		user = NULL;
		return;
	}
	esp_task_wdt_reset_user(user);
}

#else

void xs_feed_watchdog(xsMachine *the)
{
}

#endif
