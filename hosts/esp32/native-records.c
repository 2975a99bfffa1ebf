#include "xsmc.h"
#include "xsHost.h"

#include <string.h>
#include "sdkconfig.h"
#include "app_update/include/esp_ota_ops.h"
#include "esp_flash.h"
#include "esp_private/startup_internal.h"
#include "nvs_flash/include/nvs.h"
#include "nvs_flash/include/nvs_flash.h"

/*
 * Records as blobs of NVS in a partition of our own, which no library writes and whose damage is no end: it is erased, and the board starts
 * with defaults. But not for whom has too little memory to open it, nor for an image on trial, which may be what is wrong: the one that comes
 * back needs its records. NVS writes a new blob before it gives the old one up, so a power cut leaves one or the other (the SDK's `Preference` erases
 * first).
 */

#define PARTITION "records"
#define NAMESPACE "atrun"

static nvs_handle_t records;
static uint8_t isOpen;

static esp_err_t open(void)
{
	esp_err_t status = nvs_flash_init_partition(PARTITION);

	if (status == ESP_OK)
		status = nvs_open_from_partition(PARTITION, NAMESPACE, NVS_READWRITE, &records);
	return status;
}

static int isOnTrial(void)
{
	esp_ota_img_states_t state;

	return (esp_ota_get_state_partition(esp_ota_get_running_partition(), &state) == ESP_OK) && (state == ESP_OTA_IMG_PENDING_VERIFY);
}

/* openRecords(): 0: as they were left; 1: damaged, and erased; 2: the partition cannot be used. */
void xs_records_open(xsMachine *the)
{
	esp_err_t status = isOpen ? ESP_OK : open();
	int outcome = 0;

	if (status != ESP_OK) {
		outcome = 2;
		nvs_flash_deinit_partition(PARTITION);
		if ((status != ESP_ERR_NO_MEM) && !isOnTrial() && (nvs_flash_erase_partition(PARTITION) == ESP_OK) && (open() == ESP_OK))
			outcome = 1;
	}
	isOpen = outcome != 2;
	xsmcSetInteger(xsResult, outcome);
}

/* readRecord(name): an ArrayBuffer; undefined: there is none, or it cannot be read. */
void xs_records_read(xsMachine *the)
{
	size_t length = 0;
	void *octets;

	if (!isOpen || (nvs_get_blob(records, xsmcToString(xsArg(0)), NULL, &length) != ESP_OK))
		return;
	octets = xsmcSetArrayBuffer(xsResult, NULL, (xsIntegerValue)length);
	/* The allocation may have moved the name. */
	if ((length > 0) && (nvs_get_blob(records, xsmcToString(xsArg(0)), octets, &length) != ESP_OK))
		xsmcSetUndefined(xsResult);
}

/* writeRecord(name, octets): false: no space, or the flash refused. */
void xs_records_write(xsMachine *the)
{
	void *octets;
	xsUnsignedValue length;
	const char *name = xsmcToString(xsArg(0));

	xsmcGetBufferReadable(xsArg(1), &octets, &length);
	xsmcSetBoolean(xsResult, isOpen && (nvs_set_blob(records, name, octets, length) == ESP_OK) && (nvs_commit(records) == ESP_OK));
}

/* eraseRecord(name): no error where there is none. */
void xs_records_erase(xsMachine *the)
{
	if (isOpen && (nvs_erase_key(records, xsmcToString(xsArg(0))) == ESP_OK))
		nvs_commit(records);
}

/*
 * The SDK's main program opens the partition "nvs" before the machine exists, and ends the board where that fails: for ever, since nothing
 * mends it. This firmware keeps nothing there, so before any program it is made blank again where it is not as a board leaves it: one page
 * in use at most, the first, of the format that the IDF knows. The scheduler does not run yet, so the flash gets the functions that the IDF
 * has for a system without one.
 */

/* As in targets/<board>/partitions.csv. */
#define NVS_START 0x9000
#define NVS_SIZE 0x4000
#define PAGE 0x1000
/* State, sequence number, version, reserved, checksum (NVS, "Structure of a page"). */
#define HEADER 32
#define BLANK 0xff
#define ACTIVE 0xfffffffeu
#define VERSION 0xfe
#define VERSION_AT 8

/* Of esp_private/esp_flash_internal.h, which includes what is not on the SDK's path. */
extern esp_err_t esp_flash_app_disable_os_functions(esp_flash_t *chip);
extern esp_err_t esp_flash_app_enable_os_functions(esp_flash_t *chip);

/* After the flash (130), before C++ and the second core. */
#define ORDER 190

/* Whether the flash has that partition there: the first entry of its table (ESP-IDF, "Partition Tables"). */
static int isThere(void)
{
	/* Magic, data, nvs, NVS_START, NVS_SIZE. */
	static const uint8_t entry[] = { 0xaa, 0x50, 0x01, 0x02, 0x00, 0x90, 0x00, 0x00, 0x00, 0x40, 0x00, 0x00 };
	uint8_t first[sizeof(entry)];

	return (esp_flash_read(NULL, first, CONFIG_PARTITION_TABLE_OFFSET, sizeof(first)) == ESP_OK)
		&& (memcmp(first, entry, sizeof(entry)) == 0);
}

static int isBlank(const uint8_t *octets)
{
	int at;

	for (at = 0; at < HEADER; at++)
		if (octets[at] != BLANK)
			return 0;
	return 1;
}

static int isAsLeft(void)
{
	uint8_t header[HEADER];
	uint32_t state;
	int at;

	for (at = 0; at < NVS_SIZE; at += PAGE) {
		if (esp_flash_read(NULL, header, NVS_START + at, HEADER) != ESP_OK)
			return 0;
		memcpy(&state, header, sizeof(state));
		if (!isBlank(header) && ((at > 0) || (state != ACTIVE) || (header[VERSION_AT] != VERSION)))
			return 0;
	}
	return 1;
}

ESP_SYSTEM_INIT_FN(mend_nvs, CORE, BIT(0), ORDER)
{
	esp_flash_app_disable_os_functions(esp_flash_default_chip);
	if (isThere() && !isAsLeft())
		esp_flash_erase_region(NULL, NVS_START, NVS_SIZE);
	esp_flash_app_enable_os_functions(esp_flash_default_chip);
	return ESP_OK;
}
