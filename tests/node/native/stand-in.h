/*
 * Stands in the place of the engine, of FreeRTOS and of the ESP-IDF, for the native modules that are compiled and tried on the desktop
 * (tests/node/native-modules.test.ts). Nothing runs at the same time: a task runs when the test says so, until it waits.
 */
#pragma once

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The engine: arguments and results are numbers and buffers. */
typedef struct {
	long number;
	void *octets;
	unsigned length;
} xsSlot;
typedef struct {
	xsSlot args[8];
	xsSlot result;
	int isThrown;
} xsMachine;
typedef unsigned xsUnsignedValue;
typedef int xsIntegerValue;
#define xsArg(n) the->args[n]
#define xsResult the->result
#define xsGlobal the->result
#define xsmcToInteger(slot) ((int)(slot).number)
#define xsmcSetInteger(slot, value) ((slot).number = (value))
#define xsmcSetBoolean(slot, value) ((slot).number = (value) ? 1 : 0)
#define xsmcSetTrue(slot) ((slot).number = 1)
#define xsmcSetFalse(slot) ((slot).number = 0)
#define xsmcGetBufferReadable(slot, octetsOut, lengthOut) (*(octetsOut) = (slot).octets, *(lengthOut) = (slot).length)
#define xsmcGetBufferWritable xsmcGetBufferReadable
#define xsmcToString(slot) ((const char *)(slot).octets)
#define xsmcSetUndefined(slot) ((slot).octets = NULL)
#define xsmcSetArrayBuffer(slot, from, size) ((slot).length = (size), (slot).octets = bufferOf)
extern uint8_t bufferOf[1000];
#define xsRangeError(text) ((the)->isThrown = 1)
#define xsBeginHost(machine)
#define xsEndHost(machine)
#define xsRemember(slot) (remembered++)
#define xsForget(slot) (remembered--)
#define xsCallFunction0(function, self) ((void)(function), told++)
extern int remembered, told;
typedef void (*modMessageDeliver)(void *machine, void *refcon, uint8_t *message, uint16_t length);
int modMessagePostToMachine(xsMachine *the, uint8_t *message, uint16_t length, modMessageDeliver callback, void *refcon);

/* FreeRTOS. */
typedef int BaseType_t;
typedef struct Queue *QueueHandle_t;
typedef int *SemaphoreHandle_t;
typedef int *TaskHandle_t;
typedef int portMUX_TYPE;
#define pdTRUE 1
#define pdPASS 1
#define portMAX_DELAY -1
#define pdMS_TO_TICKS(ms) (ms)
#define portENTER_CRITICAL(lock) (++*(lock))
#define portEXIT_CRITICAL(lock) (--*(lock))
#define IRAM_ATTR
int xQueueReceive(QueueHandle_t queue, void *into, int ticks);
int xQueueSend(QueueHandle_t queue, const void *event, int ticks);
int xQueueSendFromISR(QueueHandle_t queue, const void *event, BaseType_t *woken);
SemaphoreHandle_t xSemaphoreCreateBinary(void);
int xSemaphoreTake(SemaphoreHandle_t semaphore, int ticks);
void xSemaphoreGive(SemaphoreHandle_t semaphore);
void vSemaphoreDelete(SemaphoreHandle_t semaphore);
int xTaskCreate(void (*run)(void *), const char *name, int stack, void *given, int priority, TaskHandle_t *task);
void vTaskDelete(TaskHandle_t task);
void vTaskSuspend(TaskHandle_t task);
void vTaskDelay(int ticks);

/* The ESP-IDF. */
typedef int esp_err_t;
typedef int uart_port_t;
#define ESP_OK 0
#define ESP_ERR_NO_MEM 0x101
#define UART_NUM_MAX 3
#define UART_HW_FIFO_LEN(port) 128
#define ESP_INTR_FLAG_IRAM 1024
#define CONFIG_UART_ISR_IN_IRAM 1
typedef enum { UART_DATA, UART_BREAK, UART_BUFFER_FULL, UART_FIFO_OVF, UART_EVENT_MAX } uart_event_type_t;
typedef struct {
	uart_event_type_t type;
	size_t size;
} uart_event_t;
typedef enum { UART_SELECT_READ_NOTIF, UART_SELECT_WRITE_NOTIF, UART_SELECT_ERROR_NOTIF } uart_select_notif_t;
typedef void (*uart_select_notif_callback_t)(uart_port_t port, uart_select_notif_t notice, BaseType_t *woken);
enum { UART_DATA_8_BITS, UART_PARITY_DISABLE, UART_STOP_BITS_1, UART_SCLK_DEFAULT };
#define UART_HW_FLOWCTRL_RTS 1
#define UART_HW_FLOWCTRL_CTS 2
#define GPIO_PULLUP_ONLY 1
#define GPIO_PULLDOWN_ONLY 2
typedef struct {
	int baud_rate, data_bits, parity, stop_bits, flow_ctrl, rx_flow_ctrl_thresh, source_clk;
} uart_config_t;
int uart_is_driver_installed(uart_port_t port);
esp_err_t uart_driver_install(uart_port_t port, int receive, int send, int events, QueueHandle_t *queue, int flags);
esp_err_t uart_driver_delete(uart_port_t port);
esp_err_t uart_param_config(uart_port_t port, const uart_config_t *config);
esp_err_t uart_set_pin(uart_port_t port, int transmit, int receive, int requestToSend, int clearToSend);
esp_err_t uart_set_rx_full_threshold(uart_port_t port, int threshold);
esp_err_t uart_set_baudrate(uart_port_t port, unsigned baud);
esp_err_t uart_wait_tx_done(uart_port_t port, int ticks);
esp_err_t uart_get_buffered_data_len(uart_port_t port, size_t *length);
int uart_read_bytes(uart_port_t port, void *into, unsigned length, int ticks);
int uart_write_bytes(uart_port_t port, const void *octets, size_t length);
void uart_set_select_notif_callback(uart_port_t port, uart_select_notif_callback_t callback);
portMUX_TYPE *uart_get_selectlock(void);
void gpio_set_pull_mode(int pin, int mode);

#define CONFIG_PARTITION_TABLE_OFFSET 0x8000
#define BIT(n) (1 << (n))
#define ESP_SYSTEM_INIT_FN(name, stage, cores, priority) static esp_err_t __esp_system_init_fn_##name(void)
typedef struct esp_flash_t esp_flash_t;
extern esp_flash_t *esp_flash_default_chip;
esp_err_t esp_flash_read(esp_flash_t *chip, void *into, uint32_t at, uint32_t length);
esp_err_t esp_flash_erase_region(esp_flash_t *chip, uint32_t at, uint32_t length);
typedef enum { ESP_OTA_IMG_PENDING_VERIFY = 1, ESP_OTA_IMG_VALID = 2 } esp_ota_img_states_t;
typedef struct {
	int subtype;
} esp_partition_t;
const esp_partition_t *esp_ota_get_running_partition(void);
esp_err_t esp_ota_get_state_partition(const esp_partition_t *slot, esp_ota_img_states_t *state);
typedef uint32_t nvs_handle_t;
#define NVS_READWRITE 1
esp_err_t nvs_flash_init_partition(const char *label);
esp_err_t nvs_flash_deinit_partition(const char *label);
esp_err_t nvs_flash_erase_partition(const char *label);
esp_err_t nvs_open_from_partition(const char *label, const char *space, int mode, nvs_handle_t *handle);
esp_err_t nvs_get_blob(nvs_handle_t handle, const char *name, void *into, size_t *length);
esp_err_t nvs_set_blob(nvs_handle_t handle, const char *name, const void *octets, size_t length);
esp_err_t nvs_erase_key(nvs_handle_t handle, const char *name);
esp_err_t nvs_commit(nvs_handle_t handle);
