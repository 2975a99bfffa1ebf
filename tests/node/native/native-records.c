/* Tries hosts/esp32/native-records.c against stand-ins of NVS and the flash. Each failed check is a line on stdout; the last one counts. */
#include "stand-in.h"

#include <stdio.h>

static uint8_t flash[0x400000];
static int erasures, recordsErased, onTrial, error = -1, isFlashBroken, withoutSystem, damage, opened, commits;
static uint8_t blob[64];
static size_t blobLength;
static int isBlob;
uint8_t bufferOf[1000];

#include "../../../hosts/esp32/native-records.c"

esp_flash_t *esp_flash_default_chip;
esp_err_t esp_flash_read(esp_flash_t *chip, void *into, uint32_t at, uint32_t length)
{
	/* The scheduler does not run yet. */
	if (!withoutSystem || isFlashBroken)
		return -1;
	memcpy(into, flash + at, length);
	return ESP_OK;
}
esp_err_t esp_flash_erase_region(esp_flash_t *chip, uint32_t at, uint32_t length)
{
	erasures++;
	if (withoutSystem)
		memset(flash + at, 0xff, length);
	return ESP_OK;
}
esp_err_t esp_flash_app_disable_os_functions(esp_flash_t *chip) { withoutSystem = 1; return ESP_OK; }
esp_err_t esp_flash_app_enable_os_functions(esp_flash_t *chip) { withoutSystem = 0; return ESP_OK; }

/* `damage`: 1: erasing mends it; 2: nothing does. */
esp_err_t nvs_flash_init_partition(const char *label) { return (damage || strcmp(label, "records")) ? error : ESP_OK; }
esp_err_t nvs_flash_deinit_partition(const char *label) { return ESP_OK; }
esp_err_t nvs_flash_erase_partition(const char *label)
{
	if (damage == 2)
		return -1;
	damage = 0;
	isBlob = 0;
	recordsErased++;
	return ESP_OK;
}
esp_err_t nvs_open_from_partition(const char *label, const char *space, int mode, nvs_handle_t *handle) { opened++; *handle = 7; return ESP_OK; }
esp_err_t nvs_get_blob(nvs_handle_t handle, const char *name, void *into, size_t *length)
{
	if (!isBlob || strcmp(name, "settings_a"))
		return -1;
	if (into)
		memcpy(into, blob, blobLength);
	*length = blobLength;
	return ESP_OK;
}
esp_err_t nvs_set_blob(nvs_handle_t handle, const char *name, const void *octets, size_t length)
{
	if (length > sizeof(blob))
		return -1;
	memcpy(blob, octets, blobLength = length);
	isBlob = 1;
	return ESP_OK;
}
esp_err_t nvs_erase_key(nvs_handle_t handle, const char *name) { int was = isBlob; isBlob = 0; return was ? ESP_OK : -1; }
esp_err_t nvs_commit(nvs_handle_t handle) { commits++; return ESP_OK; }

static const esp_partition_t running;
const esp_partition_t *esp_ota_get_running_partition(void) { return &running; }
esp_err_t esp_ota_get_state_partition(const esp_partition_t *slot, esp_ota_img_states_t *state)
{
	*state = onTrial ? ESP_OTA_IMG_PENDING_VERIFY : ESP_OTA_IMG_VALID;
	return (slot == &running) ? ESP_OK : -1;
}

static int checks, failures;
#define CHECK(condition) (checks++, (condition) ? 0 : (failures++, printf("line %d: %s\n", __LINE__, #condition)))

static const uint8_t ENTRY[] = { 0xaa, 0x50, 1, 2, 0, 0x90, 0, 0, 0, 0x40, 0, 0 };
#define PAGE_AT(n) (0x9000 + (n) * 0x1000)

/* A start of a board whose partition "nvs" has these headers of its first two pages. Returns whether it was erased. */
static int start(const uint8_t *first, const uint8_t *second)
{
	int before = erasures;

	memset(flash, 0xff, sizeof(flash));
	memcpy(flash + 0x8000, ENTRY, sizeof(ENTRY));
	memcpy(flash + PAGE_AT(0), first, 32);
	memcpy(flash + PAGE_AT(1), second, 32);
	__esp_system_init_fn_mend_nvs();
	return erasures - before;
}

static long call(xsMachine *the, void (*function)(xsMachine *))
{
	the->result.number = -1;
	function(the);
	return the->result.number;
}

int main(void)
{
	static uint8_t blank[32], active[32], newer[32], full[32], noise[32];
	static xsMachine machine;
	xsMachine *the = &machine;
	uint8_t octets[100];
	size_t at;

	memset(blank, 0xff, 32);
	/* State ACTIVE, sequence 0, version 2 of the format. */
	memcpy(active, blank, 32);
	memcpy(active, (uint8_t[]){ 0xfe, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xfe }, 9);
	memcpy(newer, active, 32);
	newer[8] = 0xfd;
	memcpy(full, active, 32);
	full[0] = 0xfc;
	for (at = 0; at < 32; at++)
		noise[at] = (uint8_t)(at * 37 + 5);

	/* The SDK's partition is as a board leaves it: before the first start, and after. */
	CHECK(!start(blank, blank) && !start(active, blank));
	/* Anything else would end each start. */
	CHECK(start(newer, blank) && start(full, blank) && start(noise, blank) && start(active, active) && start(active, noise));
	CHECK((memcmp(flash + PAGE_AT(0), blank, 32) == 0) && (memcmp(flash + PAGE_AT(1), blank, 32) == 0));
	CHECK(memcmp(flash + 0x8000, ENTRY, sizeof(ENTRY)) == 0);
	/* A board whose flash is cut up otherwise is left alone, and one whose flash cannot be read. */
	memset(flash, 0xff, sizeof(flash));
	memcpy(flash + PAGE_AT(0), noise, 32);
	at = (size_t)erasures;
	__esp_system_init_fn_mend_nvs();
	isFlashBroken = 1;
	__esp_system_init_fn_mend_nvs();
	isFlashBroken = 0;
	CHECK(((size_t)erasures == at) && (memcmp(flash + PAGE_AT(0), noise, 32) == 0) && !withoutSystem);

	/* Records of a partition that is not open. */
	memset(octets, 'x', sizeof(octets));
	machine.args[0].octets = "settings_a";
	machine.args[1].octets = octets;
	machine.args[1].length = 5;
	CHECK((call(the, xs_records_write) == 0) && (call(the, xs_records_read) == -1));
	/* Nothing mends it: the board works on without. */
	damage = 2;
	CHECK((call(the, xs_records_open) == 2) && (call(the, xs_records_write) == 0));
	/* An image on trial, or one that has no memory, leaves to the next start what it cannot open. */
	damage = 1;
	onTrial = 1;
	CHECK((call(the, xs_records_open) == 2) && !recordsErased);
	onTrial = 0;
	error = ESP_ERR_NO_MEM;
	CHECK((call(the, xs_records_open) == 2) && !recordsErased && (call(the, xs_records_read) == -1));
	error = -1;
	/* Damaged: erased, and said so. Open: as they were left, also when asked again. */
	damage = 1;
	CHECK((call(the, xs_records_open) == 1) && (call(the, xs_records_open) == 0) && (opened == 1) && (recordsErased == 1));
	CHECK((call(the, xs_records_read) == -1) && (call(the, xs_records_write) == 1) && (commits == 1));
	CHECK((call(the, xs_records_read) == -1) && (machine.result.length == 5) && (memcmp(machine.result.octets, "xxxxx", 5) == 0));
	/* No space: what was there still is. */
	machine.args[1].length = 100;
	CHECK((call(the, xs_records_write) == 0) && (blobLength == 5));
	machine.args[1].length = 0;
	CHECK((call(the, xs_records_write) == 1) && (call(the, xs_records_read) == -1) && (machine.result.length == 0));
	call(the, xs_records_erase);
	call(the, xs_records_erase);
	CHECK((commits == 3) && !isBlob);
	printf("%d checks, %d failed\n", checks, failures);
	return failures > 0;
}
