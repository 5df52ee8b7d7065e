-- One wrk script for every case, told what to do by its environment:
-- BENCH_PATHS  a file with one path a line, taken in turn     BENCH_KEY  the API key, if one is sent
-- BENCH_TAG    an entity tag that is known already (If-None-Match)   BENCH_AGENT  what the client calls itself
-- BENCH_BODY   a JSON body in which %d becomes a new number; the request is then a POST

local paths = {}
for line in io.lines(os.getenv("BENCH_PATHS")) do paths[#paths + 1] = line end

local headers = { ["Accept"] = "*/*" }
local key = os.getenv("BENCH_KEY")
if key then headers["Authorization"] = "Bearer " .. key end
local tag = os.getenv("BENCH_TAG")
if tag then headers["If-None-Match"] = tag end
local agent = os.getenv("BENCH_AGENT")
if agent then headers["User-Agent"] = agent end
local body = os.getenv("BENCH_BODY")
if body then headers["Content-Type"] = "application/json" end

local threads = 0
function setup(thread)
  thread:set("thread_number", threads)
  threads = threads + 1
end

local turn = 0
function request()
  turn = turn + 1
  local path = paths[(turn + thread_number * 97) % #paths + 1]
  if body then
    return wrk.format("POST", path, headers, (body:gsub("%%d", thread_number .. "-" .. turn)))
  end
  return wrk.format("GET", path, headers)
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    'RESULT {"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"bytes":%d,"refused":%d,"broken":%d}',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), summary.bytes,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
