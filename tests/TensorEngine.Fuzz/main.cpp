// libFuzzer's side: hands its extra counters and each input to the library that NativeAOT made. READER names the reader.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" void fuzz_begin(uint8_t *counters, const char *reader);
extern "C" void fuzz_one(const uint8_t *data, size_t length);

__attribute__((section("__libfuzzer_extra_counters"))) static uint8_t counters[1 << 16];

extern "C" int LLVMFuzzerInitialize(int *, char ***) {
    const char *reader = std::getenv("READER");
    fuzz_begin(counters, reader ? reader : "safetensors");
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) {
    fuzz_one(data, length);
    return 0;
}
