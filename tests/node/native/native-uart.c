/* Tries hosts/esp32/native-uart.c against stand-ins. Each failed check is a line on stdout; the last one counts the checks. */
#include "stand-in.h"

#include <stdio.h>
#include <stdlib.h>

#include "../../../hosts/esp32/native-uart.c"

#define PORT 1
#define DEPTH 128

struct Queue {
	uart_event_t events[DEPTH];
	int capacity, count;
};

static struct Queue queue;
static struct { modMessageDeliver deliver; void *refcon; } messages[4];
static int messageCount, isMachineBusy, delays, isInstalled, isRefusing, isTask, semaphore, flowControl, threshold, deletions, lock;
static uint8_t wire[65536], arrived[8192];
static size_t onWire, waiting;
/* What the driver's queue has, the oldest first. */
static size_t pieces[DEPTH], pieceCount;
static uart_select_notif_callback_t onDriverNotice;
static void (*taskRun)(void *);
static void *taskGiven;
static jmp_buf scheduler;
int remembered, told;

static int checks, failures;
static void check(int holds, const char *what, int line)
{
	checks++;
	if (holds)
		return;
	failures++;
	printf("line %d: %s\n", line, what);
}
#define CHECK(condition) check(condition, #condition, __LINE__)

int modMessagePostToMachine(xsMachine *the, uint8_t *message, uint16_t length, modMessageDeliver callback, void *refcon)
{
	if (isMachineBusy || (messageCount == 4))
		return -2;
	messages[messageCount].deliver = callback;
	messages[messageCount++].refcon = refcon;
	return 0;
}
int xQueueReceive(QueueHandle_t q, void *into, int ticks)
{
	if (q->count == 0)
		longjmp(scheduler, 1);
	memcpy(into, &q->events[0], sizeof(uart_event_t));
	memmove(&q->events[0], &q->events[1], (--q->count) * sizeof(uart_event_t));
	return 1;
}
int xQueueSend(QueueHandle_t q, const void *event, int ticks)
{
	if (q->count == q->capacity)
		return 0;
	q->events[q->count++] = *(const uart_event_t *)event;
	return 1;
}
int xQueueSendFromISR(QueueHandle_t q, const void *event, BaseType_t *woken) { *woken = 1; return xQueueSend(q, event, 0); }
SemaphoreHandle_t xSemaphoreCreateBinary(void) { return &semaphore; }
void xSemaphoreGive(SemaphoreHandle_t s) { ++*s; }
void vSemaphoreDelete(SemaphoreHandle_t s) { *s = 0; }
int xTaskCreate(void (*run)(void *), const char *name, int stack, void *given, int priority, TaskHandle_t *task)
{
	taskRun = run;
	taskGiven = given;
	isTask = 1;
	return pdPASS;
}
void vTaskDelete(TaskHandle_t task) { isTask = 0; }
void vTaskSuspend(TaskHandle_t task) { longjmp(scheduler, 2); }
void vTaskDelay(int ticks) { delays++; isMachineBusy = 0; }

/* Runs the task until it waits. */
static void schedule(void)
{
	if (isTask && (setjmp(scheduler) == 0))
		taskRun(taskGiven);
}
int xSemaphoreTake(SemaphoreHandle_t s, int ticks)
{
	schedule();
	return *s > 0;
}

int uart_is_driver_installed(uart_port_t port) { return isInstalled; }
esp_err_t uart_driver_install(uart_port_t port, int receive, int send, int events, QueueHandle_t *q, int flags)
{
	CHECK((receive >= 4096) && (send == 2048) && (events <= DEPTH) && (flags == ESP_INTR_FLAG_IRAM));
	if (isRefusing == 1)
		return -1;
	queue.capacity = events;
	queue.count = 0;
	pieceCount = waiting = 0;
	isInstalled = 1;
	*q = &queue;
	return ESP_OK;
}
esp_err_t uart_driver_delete(uart_port_t port) { isInstalled = 0; onDriverNotice = NULL; deletions++; return ESP_OK; }
esp_err_t uart_param_config(uart_port_t port, const uart_config_t *config) { flowControl = config->flow_ctrl; return ESP_OK; }
esp_err_t uart_set_pin(uart_port_t port, int t, int r, int rts, int cts) { return isRefusing == 2 ? -1 : ESP_OK; }
esp_err_t uart_set_rx_full_threshold(uart_port_t port, int octets) { threshold = octets; return ESP_OK; }
esp_err_t uart_set_baudrate(uart_port_t port, unsigned baud) { return ESP_OK; }
esp_err_t uart_wait_tx_done(uart_port_t port, int ticks) { return ESP_OK; }
esp_err_t uart_get_buffered_data_len(uart_port_t port, size_t *length) { *length = waiting; return ESP_OK; }
int uart_read_bytes(uart_port_t port, void *into, unsigned length, int ticks)
{
	size_t count = length < waiting ? length : waiting;
	memcpy(into, arrived, count);
	memmove(arrived, arrived + count, waiting -= count);
	return (int)count;
}
static size_t underWay(void)
{
	size_t at, sum = 0;

	for (at = 0; at < pieceCount; at++)
		sum += pieces[at];
	return sum;
}
int uart_write_bytes(uart_port_t port, const void *octets, size_t length)
{
	/* More would wait for ever in the driver. */
	CHECK((pieceCount < 16) && (underWay() + length <= 512) && (length > 0));
	memcpy(wire + onWire, octets, length);
	onWire += length;
	pieces[pieceCount++] = length;
	return (int)length;
}
void uart_set_select_notif_callback(uart_port_t port, uart_select_notif_callback_t callback) { onDriverNotice = callback; }
portMUX_TYPE *uart_get_selectlock(void) { return &lock; }
void gpio_set_pull_mode(int pin, int mode) {}

/* What the driver's interrupt does. */
static void notice(uart_select_notif_t which)
{
	BaseType_t woken = 0;
	if (onDriverNotice)
		onDriverNotice(PORT, which, &woken);
}
static void event(uart_event_type_t type)
{
	uart_event_t e = { type, 0 };
	xQueueSend(&queue, &e, 0);
}
static void arrive(size_t count)
{
	waiting += count;
	event(UART_DATA);
	notice(UART_SELECT_READ_NOTIF);
}
static void drain(void)
{
	memmove(pieces, pieces + 1, (--pieceCount) * sizeof(size_t));
	notice(UART_SELECT_WRITE_NOTIF);
}
/* The machine's turn. */
static void turn(xsMachine *the)
{
	int at, count = messageCount;
	messageCount = 0;
	for (at = 0; at < count; at++)
		messages[at].deliver(the, messages[at].refcon, NULL, 0);
}

static xsMachine machine;
static long call(void (*function)(xsMachine *), long argument)
{
	machine.args[0].number = PORT;
	machine.args[1].number = argument;
	machine.result.number = -1;
	function(&machine);
	return machine.result.number;
}
static long writeOctets(const uint8_t *octets, unsigned length)
{
	machine.args[1].octets = (void *)octets;
	machine.args[1].length = length;
	return call(xs_uart_write, 0);
}
static long openUart(int clearToSend)
{
	machine.args[3].number = clearToSend;
	machine.args[4].number = clearToSend;
	machine.args[5].number = 115200;
	return call(xs_uart_open, 25);
}

int main(void)
{
	static uint8_t octets[1000], expected[65536];
	size_t sent = 0, at;
	int step;

	for (at = 0; at < sizeof(octets); at++)
		octets[at] = (uint8_t)(at * 7);

	/* Not open: nothing is done. */
	CHECK((writeOctets(octets, 9) == 0) && (call(xs_uart_waiting, 0) == 0) && (call(xs_uart_space, 0) == 0));
	CHECK((call(xs_uart_is_sent, 0) == 1) && (call(xs_uart_lost, 0) == 0) && (call(xs_uart_set_baud, 9600) == 0));
	call(xs_uart_close, 0);
	CHECK(deletions == 0);
	/* No memory, a wrong pin, in use: it stays closed, and nothing is left. */
	isRefusing = 1;
	CHECK((openUart(33) == 0) && (deletions == 0));
	isRefusing = 2;
	CHECK((openUart(33) == 0) && (deletions == 1) && (remembered == 0) && !isTask);
	isRefusing = 0;
	CHECK((openUart(-1) == 1) && (flowControl == 0));
	CHECK(openUart(-1) == 0);
	call(xs_uart_close, 0);
	CHECK((deletions == 2) && (remembered == 0) && !isTask && (openUart(33) == 1) && (flowControl == 3));
	CHECK((remembered == 1) && (threshold < RTS_OFF));

	/* However much happens, the machine has one message. */
	for (step = 0; step < 10; step++)
		arrive(5);
	schedule();
	CHECK((messageCount == 1) && (told == 0));
	arrive(5);
	schedule();
	CHECK(messageCount == 1);
	turn(&machine);
	CHECK((told == 1) && (call(xs_uart_waiting, 0) == 55));
	/* And one again for what happens from then on, also while it is being told. */
	arrive(1);
	schedule();
	CHECK(messageCount == 1);
	turn(&machine);
	CHECK(told == 2);
	/* A machine that takes no message gets it later. */
	isMachineBusy = 1;
	arrive(1);
	schedule();
	CHECK((delays == 1) && (messageCount == 1));
	turn(&machine);
	/* What is lost, by whole FIFOs, and breaks: counted from the start of the board. */
	event(UART_FIFO_OVF);
	event(UART_BREAK);
	event(UART_FIFO_OVF);
	schedule();
	CHECK((call(xs_uart_lost, 0) == 256) && (call(xs_uart_breaks, 0) == 1) && (messageCount == 1));
	turn(&machine);
	machine.args[1].octets = octets;
	machine.args[1].length = 1000;
	CHECK((call(xs_uart_read, 0) == 57) && (call(xs_uart_read, 0) == 0));
	for (at = 0; at < sizeof(octets); at++)
		octets[at] = (uint8_t)(at * 7);

	/* Sending: as much as there is space for, and a word when there is more. */
	CHECK((call(xs_uart_space, 0) == 512) && (writeOctets(octets, 1000) == 512) && (writeOctets(octets, 1) == 0));
	CHECK((call(xs_uart_is_sent, 0) == 0) && (writeOctets(octets, 0) == 0));
	schedule();
	CHECK(messageCount == 0);
	drain();
	schedule();
	CHECK((messageCount == 1) && (call(xs_uart_space, 0) == 512) && (call(xs_uart_is_sent, 0) == 1));
	turn(&machine);
	/* Small pieces: sixteen at most. */
	for (step = 0; step < 20; step++)
		writeOctets(octets, 1);
	CHECK((pieceCount == 16) && (call(xs_uart_space, 0) == 0));
	drain();
	CHECK(call(xs_uart_space, 0) == 512 - 15);
	while (pieceCount > 0)
		drain();
	/* Notices that are nobody's: of reading, and of a piece that is none. */
	notice(UART_SELECT_READ_NOTIF);
	notice(UART_SELECT_WRITE_NOTIF);
	CHECK(call(xs_uart_space, 0) == 512);

	/* In any order: nothing is lost, nothing comes twice, and the driver is never given more than it takes. */
	onWire = 0;
	srand(1);
	for (step = 0; (step < 20000) && (sent < sizeof(expected) - 1000); step++) {
		if (rand() % 3) {
			unsigned length = 1 + rand() % ((rand() % 2) ? 40 : 1000);
			long count = writeOctets(octets, length);
			CHECK((count >= 0) && (count <= (long)length));
			CHECK(call(xs_uart_space, 0) == (pieceCount < 16 ? 512 - (long)underWay() : 0));
			memcpy(expected + sent, octets, (size_t)count);
			sent += (size_t)count;
		} else if (pieceCount > 0)
			drain();
		if (rand() % 7 == 0) {
			schedule();
			turn(&machine);
		}
	}
	CHECK((sent > 10000) && (onWire == sent) && (memcmp(wire, expected, sent) == 0));
	CHECK(lock == 0);

	/* Closed with pieces and a message under way: it is told to nobody; the queue of events full: the task ends all the same. */
	writeOctets(octets, 1);
	writeOctets(octets, 1);
	arrive(1);
	schedule();
	step = told;
	for (at = 0; at < DEPTH; at++)
		event(UART_DATA);
	call(xs_uart_close, 0);
	turn(&machine);
	CHECK((told == step) && !isTask && (remembered == 0) && !isInstalled);
	/* Counts outlive it, space does not. */
	CHECK((openUart(33) == 1) && (call(xs_uart_lost, 0) == 256) && (call(xs_uart_space, 0) == 512));
	for (at = 0; at < 16; at++)
		writeOctets(octets, 1);
	CHECK(pieceCount == 16);
	arrive(1);
	schedule();
	turn(&machine);
	CHECK(told == step + 1);
	printf("%d checks, %d failed\n", checks, failures);
	return failures > 0;
}
